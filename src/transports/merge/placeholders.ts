import type { Values } from '../../emails/message.ts'
import { SLOT_WRITERS } from '../../emails/template/slot-writers.ts'
import type { Template, TemplatePiece } from '../../emails/template/template.ts'

/** How a provider that merges on its own side marks variables in a template. */
export type Placeholders = {
  refer(variable: string): string
  /**
   * Text that the provider would interpret, such as its own marks. Such text is sent as a variable, whose value no provider
   * interprets. `^` and `$` match the ends of a piece between two slots; the flag `g` is required.
   */
  marks: RegExp
}

/** A template in a provider's syntax. With a recipient's variables filled in, the result equals that of `merge`. */
export type ProviderTemplate = {
  subject: string
  html: string
  text: string
  /**
   * Writes each variable's value for a recipient, escaped for its place. The order is stable.
   * @throws Error as `merge` does.
   */
  fields: ReadonlyArray<{ name: string; write(values: Values): string }>
  /** All variables of one recipient by name. */
  variables(values: Values): Record<string, string>
}

/** Converts a template to a provider's syntax. */
export function withPlaceholders(template: Template, { refer, marks }: Placeholders): ProviderTemplate {
  const variables = new Map<string, { name: string; write(values: Values): string }>()
  /** The variable of a key; equal keys share one variable. */
  const variable = (key: string, write: (values: Values) => string): string => {
    const known = variables.get(key) ?? { name: `v${variables.size}`, write }
    variables.set(key, known)
    return refer(known.name)
  }
  const inPlace = (piece: TemplatePiece): string =>
    typeof piece === 'string'
      ? piece.replace(marks, (text) => variable(`text ${text}`, () => text))
      : variable(`${piece.as} ${piece.slot}`, (values) => renderPiece(piece, values))
  const replacePieces = (pieces: readonly TemplatePiece[]): string => joinTexts(pieces).map(inPlace).join('')

  const { start, rest } = opening(template.text)
  const first = start.some((piece) => typeof piece !== 'string')
    ? variable('opening', (values) =>
        start
          .map((piece) => renderPiece(piece, values))
          .join('')
          .trimStart(),
      )
    : ''
  const parts = {
    subject: replacePieces(template.subject),
    html: replacePieces(template.html),
    text: first + replacePieces(rest),
  }
  const all = [...variables.values()]
  return {
    ...parts,
    fields: all,
    variables: (values) => Object.fromEntries(all.map(({ name, write }) => [name, write(values)])),
  }
}

/** Splits the text part before its first word. `merge` trims the start, so possibly empty slots there become one variable. */
function opening(text: readonly TemplatePiece[]): { start: TemplatePiece[]; rest: TemplatePiece[] } {
  const pieces = joinTexts(text)
  const words = pieces.findIndex((piece) => typeof piece === 'string' && piece.trim() !== '')
  const piece = pieces[words]
  if (typeof piece !== 'string') return { start: pieces, rest: [] }
  const trimmed = piece.trimStart()
  const space = piece.slice(0, piece.length - trimmed.length)
  return { start: [...pieces.slice(0, words), space], rest: [trimmed, ...pieces.slice(words + 1)] }
}

/** Joins adjacent texts, so that no mark is split between two pieces. */
function joinTexts(pieces: readonly TemplatePiece[]): TemplatePiece[] {
  const joined: TemplatePiece[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') joined[joined.length - 1] = last + piece
    else joined.push(piece)
  }
  return joined
}

function renderPiece(piece: TemplatePiece, values: Values): string {
  if (typeof piece === 'string') return piece
  const value = Object.hasOwn(values, piece.slot) ? values[piece.slot] : undefined
  if (value === undefined) throw new Error(`no value for the slot "${piece.slot}"`)
  return SLOT_WRITERS[piece.as](value)
}
