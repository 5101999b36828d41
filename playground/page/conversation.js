// The messages of one conversation: roots in order, replies indented below theirs.

import * as api from './api.js';
import { draw } from './card.js';
import { clock, guardLinks, make, toHtml } from './text.js';

const list = document.getElementById('messages');
const scroll = document.getElementById('scroll');
const shown = new Map(); // message id -> its element
let names = () => '';
let reply = () => {};

// `nameOf` turns an address into a name; `onReply` is told which root is to be replied to.
export function start(nameOf, onReply) {
  names = nameOf;
  reply = onReply;
}

export function clear() {
  shown.clear();
  list.replaceChildren();
}

export const isEmpty = () => list.children.length === 0;

export function show(message, me) {
  const before = shown.get(message.id);
  const element = item(message, me);
  if (before) {
    const replies = before.querySelector(':scope > .replies');
    element.querySelector(':scope > .replies').replaceWith(replies);
    before.replaceWith(element);
  } else {
    const isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
    placeFor(message).append(element);
    if (isAtEnd || message.personId === me.id) bringIntoView(element);
  }
  shown.set(message.id, element);
}

export function remove(id) {
  const element = shown.get(id);
  if (!element) return;
  shown.delete(id);
  if (element.querySelector('.replies > li')) {
    element.querySelector('.content').replaceChildren(make('p', 'gone', 'This message was deleted.'));
  } else {
    element.remove();
  }
}

export function scrollToEnd() {
  scroll.scrollTop = scroll.scrollHeight;
}

// All of a new message, or as much from its top as fits.
function bringIntoView(element) {
  const [box, view] = [element.getBoundingClientRect(), scroll.getBoundingClientRect()];
  scroll.scrollTop += Math.min(box.bottom - view.bottom + 24, box.top - view.top - 12);
}

function placeFor(message) {
  return shown.get(message.parentId)?.querySelector(':scope > .replies') ?? list;
}

function item(message, me) {
  const name = names(message.personEmail);
  const isMine = message.personId === me.id;
  const head = make('p', 'who', make('strong', '', isMine ? 'You' : name), make('time', '', clock(message.created)));
  if (message.personEmail.endsWith('@webex.bot')) head.children[0].after(make('span', 'bot', 'Bot'));
  if (message.updated) head.append(make('span', 'edited', 'edited'));
  const content = make('div', 'content', ...contents(message));
  const body = make('div', 'body', head, content);
  const article = make('article', 'message', avatar(name), body);
  article.setAttribute('aria-label', `${isMine ? 'You' : name}, ${clock(message.created)}`);
  const element = make('li', '', article, make('ol', 'replies'));
  if (!message.parentId) element.append(replyButton(message, name));
  element.dataset.id = message.id;
  return element;
}

function contents(message) {
  const parts = [];
  const card = message.attachments?.[0]?.content;
  // Clients that draw the card do not show the text that stands in for it.
  if (!card) parts.push(words(message));
  if (card) parts.push(draw(card, (inputs) => api.press(message.id, inputs)));
  for (const url of message.files ?? []) parts.push(fileButton(url));
  return parts;
}

function words(message) {
  if (!message.markdown) return make('p', 'plain', message.text ?? '');
  const rich = make('div', 'rich');
  rich.innerHTML = toHtml(message.markdown); // inert: markdown-it runs with html off
  guardLinks(rich);
  return rich;
}

function fileButton(url) {
  const button = make('button', 'file', 'File');
  button.type = 'button';
  api.fileName(url).then((name) => {
    button.textContent = name;
    button.setAttribute('aria-label', `Download ${name}`);
    button.addEventListener('click', () => api.download(url, name));
  });
  return button;
}

function replyButton(message, name) {
  const button = make('button', 'link reply', 'Reply in thread');
  button.type = 'button';
  button.addEventListener('click', () => reply(message, name));
  return button;
}

function avatar(name) {
  const letters = name.split(/\s+/).map((word) => [...word][0]).slice(0, 2).join('');
  const element = make('span', `avatar tone${[...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 6}`, letters);
  element.setAttribute('aria-hidden', 'true');
  return element;
}
