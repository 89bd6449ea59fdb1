/** The run as a table of lines on the terminal, and as JSON. */

import type { Usual } from './naive-baseline.ts'
import type { Pages } from './pages.ts'
import type { Work } from './work.ts'

export type Sent = {
  shape: string
  people: number
  perSecond: number // in the middle one of its runs, of which everything else is told, too
  between: [slowest: number, fastest: number]
  ofLimit: number // share of what a bare client reaches at the same sink
  cpuSeconds: number
  peakMegabytes: number
  bytesPerRecipient: number
  calls: number
}

export type Results = {
  machine: string
  campaign: string
  limits: Array<{ shape: string; perSecond: number; bytesPerRecipient: number }>
  sent: Sent[]
  rehearsalMs?: number
  usual?: Usual
  work: Array<Work & { shape: string; providerDollars: number }>
  merge?: { microseconds: number; bytes: number }
  pages?: Pages
  budgets: Budget[]
}

export type Budget = { what: string; budget: string; measured: string; met: boolean }

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en-GB', { maximumFractionDigits: digits, minimumFractionDigits: digits })

/** Columns as wide as their widest cell; the first to the left, numbers to the right. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: string[]) =>
    `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('   ')}`
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n')
}

export function inWords(results: Results): string {
  const { usual, merge, pages } = results
  const parts = [`${results.machine}\n${results.campaign}`]
  if (results.limits.length > 0)
    parts.push(
      `A bare client with finished bodies against the same sink\n${table(
        ['shape', 'recipients/s', 'bytes each'],
        results.limits.map((one) => [one.shape, number(one.perSecond), number(one.bytesPerRecipient)]),
      )}`,
    )
  if (results.sent.length > 0)
    parts.push(
      `Tocsin, from the start of the dispatch to the last acceptance\n${table(
        [
          'shape',
          'people',
          'recipients/s',
          'between',
          'of the limit',
          'CPU µs each',
          'CPU s',
          'peak MB',
          'bytes each',
          'calls',
        ],
        results.sent.map((one) => [
          one.shape,
          number(one.people),
          number(one.perSecond),
          one.between.map((value) => number(value)).join('–'),
          `${number(one.ofLimit * 100)} %`,
          number((one.cpuSeconds / one.people) * 1e6),
          number(one.cpuSeconds, 2),
          number(one.peakMegabytes),
          number(one.bytesPerRecipient),
          number(one.calls),
        ]),
      )}`,
    )
  if (results.rehearsalMs !== undefined)
    parts.push(`Compiling every language, once per revision: ${number(results.rehearsalMs)} ms (not in the above)`)
  if (usual !== undefined)
    parts.push(
      `The usual loop, MJML for each reader and SMTP: ${number(usual.perSecond)} mails/s, ${number((usual.cpuSeconds / usual.mails) * 1e6)} µs of CPU each
  (${number(usual.mails)} mails of ${number(usual.bytes)} bytes of HTML; at that rate 100,000 would take ${number(100_000 / usual.perSecond / 60)} minutes)`,
    )
  if (results.work.length > 0) parts.push(workInWords(results.work))
  if (merge !== undefined)
    parts.push(`One merge: ${number(merge.microseconds, 1)} µs for ${number(merge.bytes)} bytes of HTML and text`)
  if (pages !== undefined)
    parts.push(
      `Requests/s: a bare Hono hello ${number(pages.hello)}, the campaign page ${number(pages.page)} (${number(pages.pageBytes)} bytes), sign-ups ${number(pages.signUps)}`,
    )
  if (results.budgets.length > 0)
    parts.push(
      `Budgets\n${table(
        ['what', 'must', 'is', ''],
        results.budgets.map(({ what, budget, measured, met }) => [what, budget, measured, met ? 'met' : 'MISSED']),
      )}`,
    )
  return `\n${parts.join('\n\n')}\n`
}

const workInWords = (work: Results['work']): string => {
  const each = (one: Work, count: number) => number((count / one.people) * 1_000, 1)
  return `Work of the platform per 1,000 recipients, and dollars per million\n${table(
    ['shape', 'people', 'rows written', 'rows read', 'KV', 'object requests', 'alarms', 'platform $', 'provider $'],
    work.map((one) => [
      one.shape,
      number(one.people),
      each(one, one.total.rowsWritten),
      each(one, one.total.rowsRead),
      each(one, one.total.kvReads + one.total.kvWrites + one.total.kvLists),
      each(one, one.total.objectRequests),
      each(one, one.total.alarms),
      number(one.dollarsPerMillion, 2),
      number(one.providerDollars),
    ]),
  )}`
}
