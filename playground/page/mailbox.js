// The mails that arrived, newest first; one opens in place, its HTML in a frame that can do nothing.

import * as api from './api.js';
import { clock, make } from './text.js';

const list = document.getElementById('mails');
const nothing = document.getElementById('no-mails');
const count = document.getElementById('mail-count');
let unread = 0;

export async function start() {
  const { items } = await api.mails();
  list.replaceChildren(...items.map(item));
  nothing.hidden = items.length > 0;
}

export function arrived(mail) {
  list.prepend(item(mail));
  nothing.hidden = true;
  if (document.body.dataset.tab !== 'mail') tell(unread + 1);
}

export const seen = () => tell(0);

function tell(number) {
  unread = number;
  count.hidden = number === 0;
  count.textContent = number;
  count.setAttribute('aria-label', `${number} new`);
}

function item(mail) {
  const summary = make('summary', '',
    make('span', 'mail-to', mail.to.join(', ')),
    make('strong', 'mail-subject', mail.subject || '(no subject)'), make('time', '', clock(mail.received)));
  const details = make('details', '', summary, make('p', 'mail-from', `From ${mail.from}`));
  if (mail.hasHtml) details.append(forms(mail));
  else details.append(make('pre', 'mail-text', mail.text));
  return make('li', '', details);
}

// The plain text and the HTML of one mail, one at a time.
function forms(mail) {
  const text = make('pre', 'mail-text', mail.text);
  const frame = make('iframe', 'mail-html');
  frame.setAttribute('sandbox', '');
  frame.title = `HTML of the mail ${mail.subject}`;
  const [asText, asHtml] = [make('button', '', 'Text'), make('button', '', 'HTML')];
  const choose = (isHtml) => {
    if (isHtml && !frame.src) frame.src = `/playground/mails/${mail.number}/html`;
    text.hidden = isHtml;
    frame.hidden = !isHtml;
    asText.setAttribute('aria-pressed', String(!isHtml));
    asHtml.setAttribute('aria-pressed', String(isHtml));
  };
  for (const button of [asText, asHtml]) {
    button.type = 'button';
    button.addEventListener('click', () => choose(button === asHtml));
  }
  choose(false);
  return make('div', 'mail-forms', make('div', 'switch', asText, asHtml), text, frame);
}
