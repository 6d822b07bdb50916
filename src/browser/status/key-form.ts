import { element } from './dom.js';

const form = element('key-form', HTMLFormElement);
const field = element('key', HTMLInputElement);
const label = form.querySelector('label') as HTMLLabelElement;

/** Asks the person for a key. @param refused - One was given already. */
export function askForKey(refused: boolean): Promise<string> {
  label.textContent = refused ? 'The key was refused. Try another one.' : 'This service asks for a key.';
  form.hidden = false;
  field.focus();
  return new Promise((resolve) => {
    const onSubmit = (event: SubmitEvent) => {
      event.preventDefault();
      const key = field.value.trim();
      field.value = '';
      form.hidden = true;
      form.removeEventListener('submit', onSubmit);
      resolve(key);
    };
    form.addEventListener('submit', onSubmit);
  });
}
