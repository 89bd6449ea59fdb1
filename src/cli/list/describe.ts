import type { ImportRow } from '../../supporters/import/row.ts'
import type { EncodingQuestion, ListEncoding } from './decode.ts'
import type { FileColumn, ReadAs } from './header.ts'
import type { ImportPlan, ImportQuestion } from './plan.ts'

/** Row numbers that are listed for a reason. */
const SHOWN_ROWS = 12

/** What was understood of a file, as lines for the terminal. */
export function describeFile(columns: readonly FileColumn[], encoding: ListEncoding, isPlaceKnown = false): string[] {
  const has = (field: ReadAs) => columns.some(({ as }) => as === field)
  const read = columns.filter(({ as }) => as !== null).map(({ name, as }) => `${name} → ${as}`)
  const speaking = columns.filter(({ speaks }) => speaks).map(({ name }) => name)
  const others = columns.filter(({ as, speaks }) => as === null && !speaks)
  return [
    `Encoding: ${encoding}`,
    ...(read.length === 0 ? [] : [`Columns that are read: ${read.join(', ')}`]),
    ...(speaking.length === 0 ? [] : [`Columns that say who may be written to: ${speaking.join(', ')}`]),
    ...(others.length === 0 ? [] : [`Columns that are not read: ${others.map(notRead).join(', ')}`]),
    ...(has('consent_at') && !has('consent_source') && !isPlaceKnown ? [NO_SOURCE] : []),
  ]
}

const NO_SOURCE =
  'No column says where people agreed, so there is no proof: add --map "COLUMN=consent_source", or --source "…" for all.'

const notRead = ({ name, near }: FileColumn): string =>
  near === undefined ? name : `${name} (is it ${near}? then add --map "${name}=${near}")`

/** What an import would do, as lines for the terminal. */
export function describePlan({ counts, reasons, sample, unspoken, dates, otherOrder }: ImportPlan): string[] {
  const lines = sample.map(asStored)
  return [
    ...(otherOrder.length === 0
      ? []
      : [`${sentence(rowsOf(otherOrder))}: another order of dates than --dates says, so left out.`]),
    ...(dates === undefined ? [] : [`Dates are read ${dates.order}, as row ${dates.row} shows.`]),
    ...(lines.length === 0 ? [] : ['The first people, as they would be stored:', ...lines]),
    'Of the rows of this file',
    ...(['in', 'asked', 'twice', 'left', 'unconfirmed', 'refused'] as const).flatMap((fate) =>
      counts[fate] === 0 ? [] : [`  ${String(counts[fate]).padStart(7)} ${WORDS[fate]}`],
    ),
    ...[...reasons].map(([reason, rows]) => `  ${rowsOf(rows)}: ${reason}`),
    ...(unspoken === 0
      ? []
      : [
          `People who name only languages that this site lacks: ${unspoken}. They get the language of --locale (en without it).`,
        ]),
    'People who are on the list already stay as they are, and people who have left here are left out.',
  ]
}

const WORDS = {
  in: 'come onto the list at once: their row proves that they agreed',
  asked: 'are asked once by mail, and come onto the list if they press its button',
  twice: 'stand in the file a second time',
  left: 'have left there: this is recorded, and nobody writes to them',
  unconfirmed: 'have not agreed there: nobody asks them',
  refused: 'are left out because of a fault',
}

function asStored({ email, name = '', locales, country = '', topics, consent }: ImportRow): string {
  const proof =
    consent === undefined ? 'no proof' : `agreed ${new Date(consent.at).toISOString().slice(0, 10)}, ${consent.source}`
  const parts = [email, name, locales.join(' '), country, topics.join(' '), proof]
  return `  ${parts.filter((part) => part !== '').join(' · ')}`
}

function rowsOf(rows: readonly number[]): string {
  const shown = rows.slice(0, SHOWN_ROWS).join(', ')
  const more = rows.length > SHOWN_ROWS ? ` and ${rows.length - SHOWN_ROWS} more` : ''
  return `${rows.length === 1 ? 'row' : 'rows'} ${shown}${more}`
}

/** A question that stops an import, with the option that answers it. */
export function questionText(question: ImportQuestion): string {
  if (question.kind === 'permission') return question.text
  if (question.kind === 'other-order') {
    const { rows, order, text } = question
    const [first, other] = order === 'day-first' ? ['day', 'month-first'] : ['month', 'day-first']
    return `${sentence(rowsOf(rows))}: the ${first} is first, as in ${text}, so --dates ${other} does not fit. Say --dates ${order}.`
  }
  return `Row ${question.row} has ${question.text}: is the day first or the month? Answer with --dates day-first or --dates month-first.`
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The question about an encoding, with the option that answers it. */
export const encodingText = ({ line, samples }: EncodingQuestion): string =>
  [
    `The encoding of this file is not clear. Line ${line} reads`,
    ...samples.map(({ encoding, text }) => `  “${text}” in ${encoding}: --encoding ${encoding}`),
    'Take the one that reads well.',
  ].join('\n')
