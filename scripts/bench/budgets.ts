import type { Budget, Results } from './report.ts'
import type { Work } from './work.ts'

/** Recipients a second at ten thousand people, by shape. */
const PER_SECOND: Record<string, number> = { resend: 5_000, mailgun: 10_000 }
/** Per 1,000 recipients. */
const ROWS_WRITTEN = 50
const KV_OPERATIONS = 3
const OBJECT_REQUESTS = 30
const MERGE_MICROSECONDS = 20
const MERGE_BYTES = 20_000
/** Share by which the time for one recipient may differ between ten and a hundred thousand. */
const GROWTH = 0.25
/** Share of a bare hello's requests a second. */
const PAGE = 0.5
const PAGE_BYTES = 30_000

const TEN_THOUSAND = 10_000
const HUNDRED_THOUSAND = 100_000

/** What DESIGN §6 asks, of what this run has measured. */
export function budgets({ sent, work, merge, pages }: Results): Budget[] {
  const found: Budget[] = []
  const say = (what: string, budget: string, measured: string, met: boolean) =>
    found.push({ what, budget, measured, met })
  const round = (value: number) => Math.round(value).toLocaleString('en-GB')
  for (const { shape, people, perSecond } of sent) {
    const least = PER_SECOND[shape] ?? 0
    if (people === TEN_THOUSAND)
      say(`${shape}, 10,000 people, recipients/s`, `≥ ${round(least)}`, round(perSecond), perSecond >= least)
    const ten = sent.find((other) => other.shape === shape && other.people === TEN_THOUSAND)
    if (people !== HUNDRED_THOUSAND || ten === undefined) continue
    const growth = ten.perSecond / perSecond - 1
    const percent = `${growth > 0 ? '+' : ''}${round(growth * 100)} %`
    say(`${shape}, time each, 100,000 against 10,000`, '± 25 %', percent, Math.abs(growth) <= GROWTH)
  }
  for (const one of work.filter(({ people }) => people === TEN_THOUSAND)) {
    const { total } = one
    const each = (what: string, most: number, count: number) =>
      say(
        `${one.shape}, ${what} per 1,000`,
        `≤ ${most}`,
        perThousand(one, count).toFixed(1),
        perThousand(one, count) <= most,
      )
    each('rows written', ROWS_WRITTEN, total.rowsWritten)
    each('KV operations', KV_OPERATIONS, total.kvReads + total.kvWrites + total.kvLists)
    each('object requests', OBJECT_REQUESTS, total.objectRequests)
  }
  if (merge !== undefined) {
    const { microseconds, bytes } = merge
    const most = (MERGE_MICROSECONDS * bytes) / MERGE_BYTES
    say(
      `one merge, µs for ${round(bytes)} bytes`,
      `≤ ${most.toFixed(0)}`,
      microseconds.toFixed(1),
      microseconds <= most,
    )
  }
  if (pages !== undefined) {
    const share = pages.page / pages.hello
    say('campaign page, of a bare hello', '≥ 50 %', `${round(share * 100)} %`, share >= PAGE)
    say('campaign page, bytes', `≤ ${round(PAGE_BYTES)}`, round(pages.pageBytes), pages.pageBytes <= PAGE_BYTES)
  }
  return found
}

const perThousand = ({ people }: Work, count: number): number => (count / people) * 1_000
