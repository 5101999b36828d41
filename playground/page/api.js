// Webex's REST API as the chosen persona, and the playground's own few addresses.

let token = '';

export function speakAs(persona) {
  token = persona.token;
}

async function call(method, path, body) {
  const headers = { Authorization: `Bearer ${token}` };
  const isForm = body instanceof FormData;
  if (body && !isForm) headers['Content-Type'] = 'application/json';
  const answer = await fetch(path, { method, headers, body: isForm || !body ? body : JSON.stringify(body) });
  if (answer.status === 204) return null;
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.message ?? `Webex answered ${answer.status}`);
  return content;
}

export const people = () => call('GET', '/playground/people');
export const mails = () => call('GET', '/playground/mails');
export const faults = () => call('GET', '/playground/faults');
export const setFaults = (wanted) => call('PUT', '/playground/faults', wanted);
export const rooms = () => call('GET', '/v1/rooms');
export const messages = (roomId) => call('GET', `/v1/messages?${new URLSearchParams({ roomId, max: '200' })}`);
export const press = (messageId, inputs) =>
  call('POST', '/v1/attachment/actions', { type: 'submit', messageId, inputs });

export function post(fields, file) {
  if (!file) return call('POST', '/v1/messages', fields);
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('files', file);
  return call('POST', '/v1/messages', form);
}

// A file needs the token, so a plain link cannot fetch it. Gives its name without fetching it all.
export async function fileName(url) {
  const answer = await fetch(url, { method: 'HEAD', headers: { Authorization: `Bearer ${token}` } });
  return /filename="([^"]*)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? 'file';
}

export async function download(url, name) {
  const answer = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

// News for one person; `heard` maps event names to functions. Gives the way to stop.
export function listen(personId, heard, opened, lost) {
  const source = new EventSource(`/playground/events?${new URLSearchParams({ person: personId })}`);
  for (const [name, take] of Object.entries(heard)) {
    source.addEventListener(name, (event) => take(JSON.parse(event.data)));
  }
  source.addEventListener('open', opened);
  source.addEventListener('error', lost);
  return () => source.close();
}
