// Webex markdown to inert HTML, and back: what people typed, kept literal.

const MENTION = /^<@(?:personEmail|personId):([^|>\s]+)(?:\|([^>]*))?>/;
const markdown = window.markdownit({ html: false, linkify: false, breaks: true });

markdown.inline.ruler.before('autolink', 'mention', (state, silent) => {
  const found = MENTION.exec(state.src.slice(state.pos));
  if (!found) return false;
  if (!silent) state.push('mention', '', 0).content = found[2] || found[1];
  state.pos += found[0].length;
  return true;
});
markdown.renderer.rules.mention = (tokens, index) =>
  `<span class="at">@${markdown.utils.escapeHtml(tokens[index].content)}</span>`;

export const toHtml = (text) => markdown.render(text);

// Links lead out of the page, and tell the other side nothing about it.
export function guardLinks(element) {
  for (const link of element.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
}

export const literal = (text) => text.replace(/[\\`*_{}[\]()#+\-.!|<>~]/g, '\\$&');

export const clock = (when) => new Date(when).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

export function make(tag, classes, ...children) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  element.append(...children);
  return element;
}
