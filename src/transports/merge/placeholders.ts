import type { Values } from '../../emails/message.ts'
import { SLOT_WRITERS } from '../../emails/template/escape.ts'
import type { Template, TemplatePiece } from '../../emails/template/template.ts'

/** How a provider that merges itself marks the places of variables in a template. */
export type Placeholders = {
  refer(variable: string): string
  /**
   * Text that means something to the provider where it stands, such as its own marks in somebody's words. It travels as a variable,
   * whose value no provider reads again. `^` and `$` are the ends of a piece between two slots; the flag `g` is needed.
   */
  marks: RegExp
}

/** A template in a provider's words: with the variables of a recipient in their places it is what `merge` makes. */
export type ProviderTemplate = {
  subject: string
  html: string
  text: string
  /** What each variable is for a recipient, escaped for its place, in an order that stays. @throws Error as `merge` does. */
  fields: ReadonlyArray<{ name: string; write(values: Values): string }>
  /** The same for one recipient, by name. */
  variables(values: Values): Record<string, string>
}

export function withPlaceholders(template: Template, { refer, marks }: Placeholders): ProviderTemplate {
  const variables = new Map<string, { name: string; write(values: Values): string }>()
  /** The variable for what `key` names, the same wherever it stands. */
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

/** The text part begins with its first word (`merge` trims it), so what may be empty before that is one variable. */
function opening(text: readonly TemplatePiece[]): { start: TemplatePiece[]; rest: TemplatePiece[] } {
  const pieces = joinTexts(text)
  const words = pieces.findIndex((piece) => typeof piece === 'string' && piece.trim() !== '')
  const piece = pieces[words]
  if (typeof piece !== 'string') return { start: pieces, rest: [] }
  const trimmed = piece.trimStart()
  const space = piece.slice(0, piece.length - trimmed.length)
  return { start: [...pieces.slice(0, words), space], rest: [trimmed, ...pieces.slice(words + 1)] }
}

/** Pieces with no two texts side by side, so that no mark can hide in a seam. */
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
