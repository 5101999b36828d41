// Light or dark: as the machine says, until someone chooses.

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const root = document.documentElement;
const listeners = [];

const isDark = () => (root.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark';

function show(button) {
  button.setAttribute('aria-pressed', String(isDark()));
  listeners.forEach((listener) => listener());
}

export function start(button) {
  const chosen = localStorage.getItem('theme');
  if (chosen) root.dataset.theme = chosen;
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    localStorage.setItem('theme', root.dataset.theme);
    show(button);
  });
  dark.addEventListener('change', () => show(button));
  show(button);
}

export const onChange = (listener) => listeners.push(listener);
export const colour = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
