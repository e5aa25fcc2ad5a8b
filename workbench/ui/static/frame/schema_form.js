/** A form made from a JSON schema of options: an engine's options need no other place where they are listed. */

import { has, t } from './catalogue.js';
import { element, freshId } from './dom.js';

/** Resolves `$ref` and `anyOf` with null to the schema that says what a value is. */
function plain(schema, root) {
  if (schema.$ref) return { ...plain(schema.$ref.split('/').slice(1).reduce((at, key) => at[key], root), root), ...schema, $ref: undefined };
  const some = (schema.anyOf ?? schema.allOf ?? []).filter((entry) => entry.type !== 'null');
  return some.length === 1 ? { ...plain(some[0], root), ...schema, anyOf: undefined, allOf: undefined, optional: Boolean(schema.anyOf) } : schema;
}

/** What an option is called: in the language of the interface where it is known, else as its schema says. */
function titleOf(name, { title }) {
  const key = `frame.option.${name}`;
  return has(key) ? t(key) : element('bdi', {}, title ?? name);
}

/** Makes the control of one option and how its value is read; `undefined` is "as usual". */
function control(schema, id) {
  const { 'x-open': open } = schema; // who chooses where nothing is filled in
  const common = { id, 'aria-describedby': `${id}-note`, class: 'wb-input', placeholder: open && t(`frame.open.${open}`) };
  if (schema.type === 'boolean') {
    const input = element('input', { id, type: 'checkbox', checked: Boolean(schema.default), 'aria-describedby': `${id}-note` });
    return { input, read: () => input.checked };
  }
  if (schema.enum) {
    const input = element('select', common, schema.enum.map((value) => element('option', { value: String(value) }, String(value))));
    input.value = String(schema.default ?? schema.enum[0]);
    return { input, read: () => schema.enum.find((value) => String(value) === input.value) };
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    const input = element('input', { ...common, type: 'number', dir: 'ltr', min: schema.minimum ?? schema.exclusiveMinimum, max: schema.maximum ?? schema.exclusiveMaximum, step: schema.type === 'integer' ? 1 : 'any', value: String(schema.default ?? '') });
    return { input, read: () => (input.value === '' ? undefined : Number(input.value)) };
  }
  const input = element('input', { ...common, type: 'text', dir: 'auto', maxlength: schema.maxLength, value: [schema.default ?? ''].flat().join(', ') });
  const list = schema.type === 'array';
  return { input, read: () => (list ? input.value.split(',').map((part) => part.trim()).filter(Boolean) : input.value === '' && schema.optional ? undefined : input.value) };
}

/**
 * Builds the form of an options schema.
 *
 * @param {object} root a JSON schema of type object, as pydantic writes it
 * @returns {{nodes: Node[], read: () => object}} `read` gives only what differs from the schema's defaults
 */
export function schemaForm(root) {
  const fields = Object.entries(root?.properties ?? {}).map(([name, raw]) => {
    const schema = plain(raw, root);
    const id = freshId('wb-option');
    const { input, read } = control(schema, id);
    const node = element('div.wb-option', {},
      element('label', { for: id }, titleOf(name, schema)), input,
      element('small', { id: `${id}-note` }, element('bdi', {}, schema.description ?? '')));
    return { name, node, read, usual: JSON.stringify(schema.default) };
  });
  const read = () => {
    const values = fields.map((field) => [field.name, field.read(), field.usual]);
    return Object.fromEntries(values.filter(([, value, usual]) => value !== undefined && JSON.stringify(value) !== usual).map(([name, value]) => [name, value]));
  };
  return { nodes: fields.map((field) => field.node), read };
}
