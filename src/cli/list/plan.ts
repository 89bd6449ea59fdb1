import { mailboxOf } from '../../security/address.ts'
import type { PermissionAnswers } from '../../supporters/import/permissions/permission.ts'
import { PermissionReader } from '../../supporters/import/permissions/permission-reader.ts'
import { describeReason, type RowRefusalReason } from '../../supporters/import/refusals.ts'
import { type ImportRow, readRow } from '../../supporters/import/row.ts'
import type { DateOrder } from './date-order.ts'
import { languageTags } from './languages.ts'
import type { RawList, RawRow } from './read-list.ts'
import { countryCode, isoDate, orderOf } from './values.ts'

/** People shown as they would be stored. */
const SAMPLE_PEOPLE = 10

/** What becomes of a row: on the list with its proof, asked by mail, suppressed, left alone as not subscribed there, or refused. */
const FATES = ['in', 'asked', 'left', 'unconfirmed', 'refused', 'twice'] as const
type Fate = (typeof FATES)[number]

/** What an import would do. `body`: the rows as NDJSON, with each in the line of its number; rows that are left out are empty lines. */
export type ImportPlan = {
  counts: Record<Fate, number>
  /** Why rows are left out, and their numbers. */
  reasons: Map<string, number[]>
  sample: ImportRow[]
  /** People who name only languages that the site lacks. */
  unspoken: number
  /** The row that shows how dates are read; absent when no date needs it. */
  dates?: { order: DateOrder; row: number } | undefined
  /** Rows whose dates are of another order than the organiser says. */
  otherOrder: number[]
  body: string
}

/** A question that only the organiser can answer, as a sentence with the option that answers it. */
export type ImportQuestion =
  | { kind: 'dates' | 'permission'; row: number; text: string }
  /** The rows prove another order than the organiser says. */
  | { kind: 'other-order'; rows: number[]; order: DateOrder; text: string }

type PlanContext = {
  locales: readonly string[]
  now: number
  answers: PermissionAnswers
  /** The answer to a question about dates. */
  dates?: DateOrder | undefined
  /** Where people agreed whose rows say when and not where. */
  source?: string | undefined
}

/** Decides what becomes of each row, as the deployment would of a list on which nobody is yet. */
export function planImport(list: RawList, context: PlanContext): ImportPlan | ImportQuestion {
  const order = orderIn(list.rows)
  const told = context.dates === undefined ? null : contradiction(list.rows, context.dates)
  if (told !== null && told.fitting === 0 && told.question.rows.length > 0) return told.question
  if (order !== null && 'text' in order && context.dates === undefined) return { kind: 'dates', ...order }
  const dates = context.dates ?? (order !== null && 'order' in order ? order.order : undefined)
  const permissions = new PermissionReader(context.answers)
  const plan = { ...emptyPlan(), otherOrder: told?.question.rows ?? [] }
  const lines: string[] = []
  const mailboxes = new Set<string>()
  const leaveOut = (row: number, fate: Fate, reason: RowRefusalReason) => {
    plan.counts[fate]++
    const text = describeReason(reason)
    const rows = plan.reasons.get(text)
    if (rows === undefined) plan.reasons.set(text, [row])
    else rows.push(row)
  }
  for (const { row, reason } of list.refused) leaveOut(row, 'refused', reason)
  for (const raw of list.rows) {
    const said = permissions.read(raw.row, raw.others)
    if ('question' in said) return { kind: 'permission', row: raw.row, text: said.question }
    const { permission } = said
    const fields = permission === 'free' ? spelledOut(raw.fields, dates, context.source) : { email: raw.fields.email }
    const read = readRow(fields, context)
    if (!read.ok) leaveOut(raw.row, 'refused', read.error)
    else if (permission === 'unconfirmed') leaveOut(raw.row, 'unconfirmed', 'not-subscribed')
    else if (permission !== 'free') {
      leaveOut(raw.row, 'left', 'left-elsewhere')
      lines[raw.row - 1] = JSON.stringify({ email: read.value.email, status: permission })
    } else {
      const { unspoken, unnamed: _, ...person } = read.value
      if (unspoken) plan.unspoken++
      const mailbox = mailboxOf(person.email)
      plan.counts[mailboxes.has(mailbox) ? 'twice' : person.consent === undefined ? 'asked' : 'in']++
      mailboxes.add(mailbox)
      if (plan.sample.length < SAMPLE_PEOPLE) plan.sample.push(person)
      lines[raw.row - 1] = JSON.stringify(fields)
    }
  }
  plan.body = Array.from(lines, (line) => `${line ?? ''}\n`).join('')
  return { ...plan, ...(order !== null && 'order' in order && { dates: order }) }
}

const emptyPlan = (): ImportPlan => ({
  counts: { in: 0, asked: 0, left: 0, unconfirmed: 0, refused: 0, twice: 0 },
  reasons: new Map(),
  sample: [],
  unspoken: 0,
  otherOrder: [],
  body: '',
})

const consentOf = ({ consent }: RawRow['fields']): Readonly<Record<string, unknown>> =>
  typeof consent === 'object' && consent !== null ? { ...consent } : {}

/** The order of the dates in a file: proved by a row, not needed (null), or to be asked for with the row that shows why. */
function orderIn(rows: readonly RawRow[]): { order: DateOrder; row: number } | { row: number; text: string } | null {
  let open: { row: number; text: string } | null = null
  const proved = new Map<DateOrder, number>()
  for (const { row, fields } of rows) {
    const text = String(consentOf(fields).at ?? '')
    const order = orderOf(text)
    if (order === 'both') open ??= { row, text }
    else if (order !== null && !proved.has(order)) proved.set(order, row)
  }
  const [only, ...more] = proved
  if (only !== undefined && more.length === 0) return { order: only[0], row: only[1] }
  return only === undefined ? open : { row: only[1], text: 'dates of both orders' }
}

/** The rows whose dates prove another order than the one that is told, and how many prove it right. */
function contradiction(rows: readonly RawRow[], told: DateOrder) {
  const order: DateOrder = told === 'day-first' ? 'month-first' : 'day-first'
  const texts = rows.map(({ row, fields }) => ({ row, text: String(consentOf(fields).at ?? '') }))
  const against = texts.filter(({ text }) => orderOf(text) === order)
  return {
    fitting: texts.filter(({ text }) => orderOf(text) === told).length,
    question: {
      kind: 'other-order' as const,
      rows: against.map(({ row }) => row),
      order,
      text: against[0]?.text ?? '',
    },
  }
}

/** The fields with dates, country and languages as a list has them. */
function spelledOut(
  fields: RawRow['fields'],
  dates: DateOrder | undefined,
  commonSource: string | undefined,
): Readonly<Record<string, unknown>> {
  const { at, source, ...consent } = consentOf(fields)
  const isNamed = typeof source === 'string' && source.trim() !== ''
  return {
    ...fields,
    ...(Array.isArray(fields.locales) && { locales: languageTags(fields.locales.map(String)) }),
    ...(typeof fields.country === 'string' && { country: countryCode(fields.country) }),
    ...(typeof at === 'string' && {
      consent: {
        ...consent,
        source: isNamed ? source : commonSource,
        at: dates === undefined ? at : isoDate(at, dates),
      },
    }),
  }
}
