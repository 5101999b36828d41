// The drawer of what can go wrong on purpose.

import * as api from './api.js';
import { make } from './text.js';

const FIELDS = [
  { name: 'latency_seconds', label: 'Every call takes longer by', unit: 'seconds', step: 0.1 },
  { name: 'too_many_next', label: 'Answer "429 too many requests" to the next', unit: 'calls', step: 1 },
  { name: 'retry_after_seconds', label: 'and ask to wait', unit: 'seconds', step: 1 },
  { name: 'error_share', label: 'Answer 500, 502 or 503 to', unit: '% of calls', step: 1, scale: 100 },
  { name: 'reset_next', label: 'Cut the connection of the next', unit: 'calls', step: 1 },
  { name: 'scanning_next', label: 'Answer "423 still being scanned" for the next', unit: 'files', step: 1 },
  { name: 'lose_answer_next', label: 'Carry out, then lose the answer of the next', unit: 'calls', step: 1 },
];
const drawer = document.getElementById('faults');
const opener = document.getElementById('faults-open');
const form = document.getElementById('faults-form');
const state = document.getElementById('faults-state');
const inputs = new Map();

export function start() {
  form.append(...FIELDS.map(number), toggle(), ...buttons());
  form.addEventListener('change', (event) => change(event.target));
  form.addEventListener('submit', (event) => event.preventDefault());
  opener.addEventListener('click', () => open(drawer.hidden));
  document.getElementById('faults-close').addEventListener('click', () => open(false));
  drawer.addEventListener('keydown', (event) => event.key === 'Escape' && open(false));
}

async function open(isOpen) {
  drawer.hidden = !isOpen;
  opener.setAttribute('aria-expanded', String(isOpen));
  if (!isOpen) return opener.focus();
  fill(await api.faults());
  form.querySelector('input').focus();
}

function number({ name, label, unit, step }) {
  const input = make('input');
  Object.assign(input, { type: 'number', min: 0, step, name });
  inputs.set(name, input);
  return make('label', 'fault', make('span', '', label), input, make('span', 'unit', unit));
}

function toggle() {
  const input = make('input');
  Object.assign(input, { type: 'checkbox', name: 'duplicate_events' });
  inputs.set('duplicate_events', input);
  return make('label', 'fault check', input, make('span', '', 'Deliver every event twice'));
}

function buttons() {
  const drop = (seconds, label) => {
    const button = make('button', 'quiet', label);
    button.type = 'button';
    button.addEventListener('click', () => send({ drop_socket_seconds: seconds }, 'The websocket was cut.'));
    return button;
  };
  const none = make('button', 'quiet', 'All off');
  none.type = 'button';
  none.addEventListener('click', () => send({
    latency_seconds: 0, too_many_next: 0, error_share: 0, reset_next: 0, scanning_next: 0, lose_answer_next: 0, duplicate_events: false,
  }, 'Nothing goes wrong any more.'));
  return [make('div', 'fault-buttons', drop(0, 'Cut the websocket'), drop(10, 'Cut it for 10 s'), none)];
}

function change(input) {
  const field = FIELDS.find(({ name }) => name === input.name);
  const value = input.type === 'checkbox' ? input.checked : Number(input.value) / (field.scale ?? 1);
  send({ [input.name]: value }, 'Set.');
}

async function send(wanted, said) {
  try {
    fill(await api.setFaults(wanted));
    state.textContent = said;
  } catch (failure) {
    state.textContent = failure.message;
  }
}

function fill(faults) {
  inputs.get('duplicate_events').checked = faults.duplicate_events;
  for (const { name, scale } of FIELDS) inputs.get(name).value = faults[name] * (scale ?? 1);
  const isOn = faults.duplicate_events || FIELDS.some(({ name }) => name !== 'retry_after_seconds' && faults[name] > 0);
  opener.classList.toggle('on', isOn);
}
