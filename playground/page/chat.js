// The chat page: who you are, your conversations, writing. What is shown lies in the other modules.

import * as api from './api.js';
import * as conversation from './conversation.js';
import * as faults from './faults.js';
import * as mailbox from './mailbox.js';
import * as theme from './theme.js';
import { literal, make } from './text.js';

const at = (id) => document.getElementById(id);
const TRY = ['help', 'pat.lindqvist@acme.example', 'acme', 'find maria'];
const state = { people: [], bot: null, me: null, rooms: [], room: null, root: null, unread: new Map(), stop: () => {} };

async function begin() {
  theme.start(at('theme'));
  faults.start();
  const { bot, people } = await api.people();
  Object.assign(state, { bot, people });
  conversation.start(nameOf, replyTo);
  at('persona').append(...people.map((one) => new Option(one.about ? `${one.name}, ${one.about}` : one.name, one.id)));
  at('persona').addEventListener('change', () => become(at('persona').value));
  at('composer').addEventListener('submit', send);
  at('text').addEventListener('keydown', sendOnEnter);
  at('text').addEventListener('input', grow);
  at('mention').addEventListener('click', toggleMention);
  at('replying-stop').addEventListener('click', () => replyTo(null));
  at('attach').addEventListener('click', () => at('file').click());
  at('file').addEventListener('change', showFile);
  at('attached-stop').addEventListener('click', () => { at('file').value = ''; showFile(); });
  document.querySelectorAll('.tabs button').forEach((tab) => tab.addEventListener('click', () => openTab(tab.dataset.tab)));
  theme.onChange(() => state.room && load());
  await mailbox.start();
  const before = people.find((one) => one.id === sessionStorage.getItem('persona'));
  await become((before ?? people[0]).id);
}

async function become(personId) {
  state.stop();
  state.me = state.people.find((one) => one.id === personId);
  at('persona').value = personId;
  sessionStorage.setItem('persona', personId);
  api.speakAs(state.me);
  state.unread.clear();
  state.rooms = (await api.rooms()).items.sort((one, other) => one.type.localeCompare(other.type));
  let isFirst = true;
  const heard = { message: onMessage, deleted: ({ id }) => conversation.remove(id), mail: mailbox.arrived };
  // After a gap the conversation is read anew: what happened meanwhile is not told again.
  const opened = () => {
    complain('');
    if (!isFirst) load();
    isFirst = false;
  };
  state.stop = api.listen(personId, heard, opened, () => complain('No connection to the playground; trying again.'));
  await enter(state.rooms[0]);
}

async function enter(room) {
  state.room = room;
  state.unread.delete(room?.id);
  replyTo(null);
  showRooms();
  if (!room) return;
  const isDirect = room.type === 'direct';
  at('title').textContent = room.title;
  at('subtitle').textContent = isDirect ? 'Just the two of you' : 'A space: the bot sees what mentions it';
  at('mention').hidden = isDirect;
  at('mention').textContent = `@${state.bot.name}`;
  at('text').placeholder = `Write to ${isDirect ? room.title : 'the space'}`;
  await load();
  at('text').focus();
}

async function load() {
  const { room } = state;
  const { items } = await api.messages(room.id);
  if (room !== state.room) return;
  conversation.clear();
  items.reverse().forEach((message) => conversation.show(message, state.me));
  conversation.scrollToEnd();
  showEmpty();
}

function onMessage(message) {
  if (!state.rooms.some((room) => room.id === message.roomId)) return become(state.me.id);
  if (message.roomId === state.room?.id) {
    conversation.show(message, state.me);
    showEmpty();
  } else if (!message.updated) {
    state.unread.set(message.roomId, (state.unread.get(message.roomId) ?? 0) + 1);
    showRooms();
  }
}

function showRooms() {
  at('spaces').replaceChildren(...state.rooms.map((room) => {
    const unread = state.unread.get(room.id);
    const button = make('button', 'space', make('span', `mark ${room.type}`), make('span', 'space-title', room.title));
    if (unread) button.append(make('span', 'count', String(unread)));
    button.type = 'button';
    if (room === state.room) button.setAttribute('aria-current', 'true');
    button.addEventListener('click', () => enter(room));
    return make('li', '', button);
  }));
}

function showEmpty() {
  at('empty').hidden = !conversation.isEmpty();
  const chips = TRY.map((text) => {
    const chip = make('button', 'chip', text);
    chip.type = 'button';
    chip.addEventListener('click', () => { at('text').value = text; at('composer').requestSubmit(); });
    return chip;
  });
  at('empty').replaceChildren(make('p', '', `Ask ${state.bot.name} something:`), make('div', 'chips', ...chips));
}

const nameOf = (email) => [state.bot, ...state.people].find((one) => one.email === email)?.name ?? email;

function replyTo(message, name) {
  state.root = message;
  at('replying').hidden = !message;
  at('replying-to').textContent = message ? `Replying in the thread of ${message.personId === state.me.id ? 'yours' : name}` : '';
  at('hint').textContent = message ? '' : 'Enter sends, Shift+Enter starts a new line';
  if (message) at('text').focus();
}

async function send(event) {
  event.preventDefault();
  const text = at('text').value.trim();
  const file = at('file').files[0];
  if (!text && !file) return;
  const fields = { roomId: state.room.id, text };
  const isMentioned = state.room.type === 'group' && at('mention').getAttribute('aria-pressed') === 'true';
  if (isMentioned) {
    // As Webex's own clients do: the mention shows the first name only.
    fields.markdown = `<@personEmail:${state.bot.email}|${state.bot.nickname}> ${literal(text)}`;
    fields.text = `${state.bot.nickname} ${text}`;
  }
  if (state.root) fields.parentId = state.root.id;
  try {
    await api.post(fields, file);
    complain('');
    at('text').value = '';
    at('file').value = '';
    showFile();
    grow();
    replyTo(null);
  } catch (failure) {
    complain(failure.message);
  }
}

function complain(problem) {
  at('problem').hidden = !problem;
  at('problem').textContent = problem;
}

function sendOnEnter(event) {
  if (event.key === 'Escape' && state.root) replyTo(null);
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  at('composer').requestSubmit();
}

function toggleMention() {
  const isOn = at('mention').getAttribute('aria-pressed') === 'true';
  at('mention').setAttribute('aria-pressed', String(!isOn));
  at('text').focus();
}

function grow() {
  at('text').style.height = 'auto';
  at('text').style.height = `${at('text').scrollHeight}px`;
}

function showFile() {
  const file = at('file').files[0];
  at('attached').hidden = !file;
  at('attached-name').textContent = file?.name ?? '';
}

function openTab(name) {
  document.body.dataset.tab = name;
  document.querySelectorAll('.tabs button').forEach((tab) => tab.setAttribute('aria-pressed', String(tab.dataset.tab === name)));
  if (name === 'mail') mailbox.seen();
}

begin();
