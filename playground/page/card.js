// Adaptive Cards, drawn by Microsoft's renderer in colours and sizes near to Webex's.

import { colour } from './theme.js';
import { guardLinks, make, toHtml } from './text.js';

const { AdaptiveCard, HostConfig, OpenUrlAction, SubmitAction } = window.AdaptiveCards;

AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = toHtml(text);
  result.didProcess = true;
};

// The card of a message, and a line below it that says what became of a press.
// `press` takes the inputs and resolves once Webex has them.
export function draw(content, press) {
  const box = make('div', 'card');
  const said = make('p', 'card-said');
  said.setAttribute('role', 'status');
  const card = new AdaptiveCard();
  card.hostConfig = new HostConfig(hostConfig());
  card.onExecuteAction = (action) => {
    if (action instanceof OpenUrlAction) open(action.url);
    if (action instanceof SubmitAction) submit(action.data, press, said);
  };
  try {
    card.parse(content);
    box.append(card.render() ?? make('p', 'card-failed', 'The renderer shows nothing for this card.'));
  } catch (failure) {
    box.append(make('p', 'card-failed', `The renderer cannot draw this card: ${failure.message}`));
  }
  guardLinks(box);
  return make('div', 'card-frame', box, said);
}

function open(url) {
  if (/^(https?|mailto):/i.test(url)) window.open(url, '_blank', 'noopener,noreferrer');
}

async function submit(data, press, said) {
  said.className = 'card-said';
  said.textContent = 'Sending…';
  try {
    await press(typeof data === 'object' && data ? data : {});
    said.classList.add('good');
    said.textContent = 'Sent';
  } catch (failure) {
    said.classList.add('bad');
    said.textContent = failure.message;
  }
}

function hostConfig() {
  const pair = (name, subtle = name) => ({ default: colour(name), subtle: colour(subtle) });
  const foregroundColors = {
    default: pair('text', 'subtle'), dark: pair('text', 'subtle'), light: pair('subtle'), accent: pair('accent'),
    good: pair('good'), warning: pair('warning'), attention: pair('attention'),
  };
  const style = (background) => ({ backgroundColor: colour(background), foregroundColors });
  return {
    fontFamily: 'inherit',
    fontSizes: { small: 12, default: 14, medium: 16, large: 19, extraLarge: 23 },
    fontWeights: { lighter: 400, default: 400, bolder: 650 },
    spacing: { small: 4, default: 8, medium: 12, large: 20, extraLarge: 32, padding: 16 },
    separator: { lineThickness: 1, lineColor: colour('line') },
    imageSizes: { small: 32, medium: 48, large: 96 },
    actions: {
      maxActions: 5, spacing: 'medium', buttonSpacing: 8, actionsOrientation: 'horizontal', actionAlignment: 'left',
      showCard: { actionMode: 'inline', inlineTopMargin: 12, style: 'emphasis' },
    },
    containerStyles: {
      default: style('card'), emphasis: style('emphasis'), accent: style('accent-soft'), good: style('good-soft'),
      warning: style('warning-soft'), attention: style('attention-soft'),
    },
    factSet: { title: { weight: 'bolder', maxWidth: 140, wrap: true }, value: { wrap: true }, spacing: 12 },
    inputs: {
      label: { inputSpacing: 'small', requiredInputs: { weight: 'bolder', suffix: ' *', suffixColor: 'attention' }, optionalInputs: { weight: 'bolder' } },
      errorMessage: { color: 'attention', spacing: 'small' },
    },
    supportsInteractivity: true,
  };
}
