import type { FileField } from './field-list.ts'
import type { FieldNote } from './field-notes.ts'

/** Values of fields by path, as YAML on one line. A field with a value is written, and so is the part that it belongs to. */
export type YamlValues = Readonly<Record<string, string>>

type Context = { notes: Readonly<Record<string, FieldNote>>; values: YamlValues; examples: YamlValues }

/**
 * YAML with every field of a schema, each explained in a comment above it. Fields without a value stand as a comment with an example:
 * without the # before it, such a line is YAML.
 */
export function commentedYaml(fields: readonly FileField[], context: Context): string {
  return `${fields.map((field) => fieldText(field, 0, true, context).join('\n')).join('\n\n')}\n`
}

function fieldText(field: FileField, depth: number, isPartWritten: boolean, context: Context): string[] {
  const { notes, values, examples } = context
  const note = notes[field.path]
  if (note === undefined) return []
  const isWritten =
    isPartWritten && Object.keys(values).some((path) => path === field.path || path.startsWith(`${field.path}.`))
  const indent = '  '.repeat(depth)
  const hidden = isWritten ? '' : '#'
  const form = `${capital(field.form)}${field.isRequired ? '; required' : ''}`
  const explained = `${isPartWritten ? '' : '#'}${indent}# ${capital(note.what)}. ${form}.`
  const value = values[field.path] ?? examples[field.path] ?? note.example
  if (value !== undefined) return [explained, `${hidden}${indent}${field.key}: ${value}`]
  const inner = field.fields.flatMap((one) => fieldText(one, depth + (field.isList ? 2 : 1), isWritten, context))
  return [explained, `${hidden}${indent}${field.key}:`, ...(field.isList ? asItem(inner, depth + 1) : inner)]
}

/** Marks the first field of a list's item with its hyphen. */
function asItem(lines: readonly string[], depth: number): string[] {
  const first = lines.findIndex((line) => !/^#? *# \S/.test(line))
  const indent = '  '.repeat(depth)
  return lines.map((line, at) => (at === first ? line.replace(`${indent}  `, `${indent}- `) : line))
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
