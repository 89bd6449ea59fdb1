import type { Budget, Results } from './report.ts'
import type { Work } from './work.ts'

/** Least recipients per second at ten thousand people, by shape. */
const PER_SECOND: Record<string, number> = { resend: 5_000, mailgun: 10_000 }
/** Highest numbers of operations per 1,000 recipients. */
const ROWS_WRITTEN = 50
const KV_OPERATIONS = 3
const OBJECT_REQUESTS = 30
const MERGE_MICROSECONDS = 20
const MERGE_BYTES = 20_000
/** Share by which the time per recipient may differ between 10,000 and 100,000 people. */
const GROWTH = 0.25
/**
 * Least recipients per second at ten thousand people, as a share of what a sender reaches that does only what none can leave out. Not all:
 * planning, merging, links, suppression and pace are work too.
 */
const OF_REFERENCE: Record<string, Record<string, number>> = { resend: { ceiling: 0.45 }, mailgun: { floor: 0.37 } }
/** Least share of a dispatch in which the runtime's main thread has work. Where it has less, something waits that need not. */
const BUSY = 0.85
/** Least requests per second of a campaign page, as a share of a bare Hono app's, with a short text and with one of the same size. */
const OF_HELLO = 0.5
const OF_SAME_SIZE = 0.75
/**
 * Most bytes of a page and its style sheet, compressed, headers included, also those that Cloudflare adds: some networks freeze a connection
 * after 15 to 20 kB.
 */
const WIRE_BYTES = 10_000
const EDGE_HEADER_BYTES = 600

const TEN_THOUSAND = 10_000
const HUNDRED_THOUSAND = 100_000

/** Compares the measured results with the budgets. Returns one entry for each budget that this run measured. */
export function budgets(results: Results): Budget[] {
  const { sent, work, merge } = results
  const found: Budget[] = [...shareBudgets(results), ...pageBudgets(results)]
  const add = (what: string, budget: string, measured: string, met: boolean) =>
    found.push({ what, budget, measured, met })
  const round = (value: number) => Math.round(value).toLocaleString('en-GB')
  for (const { shape, people, perSecond } of sent) {
    const least = PER_SECOND[shape] ?? 0
    if (people === TEN_THOUSAND)
      add(`${shape}, 10,000 people, recipients/s`, `≥ ${round(least)}`, round(perSecond), perSecond >= least)
    const ten = sent.find((other) => other.shape === shape && other.people === TEN_THOUSAND)
    if (people !== HUNDRED_THOUSAND || ten === undefined) continue
    const growth = ten.perSecond / perSecond - 1
    const percent = `${growth > 0 ? '+' : ''}${round(growth * 100)} %`
    add(`${shape}, time per recipient, 100,000 against 10,000`, '± 25 %', percent, Math.abs(growth) <= GROWTH)
  }
  for (const one of work.filter(({ people }) => people === TEN_THOUSAND)) {
    const { total } = one
    const perThousandBudget = (what: string, most: number, count: number) =>
      add(
        `${one.shape}, ${what} per 1,000`,
        `≤ ${most}`,
        perThousand(one, count).toFixed(1),
        perThousand(one, count) <= most,
      )
    perThousandBudget('rows written', ROWS_WRITTEN, total.rowsWritten)
    perThousandBudget('KV operations', KV_OPERATIONS, total.kvReads + total.kvWrites + total.kvLists)
    perThousandBudget('object requests', OBJECT_REQUESTS, total.objectRequests)
  }
  if (merge !== undefined) {
    const { microseconds, bytes } = merge
    const most = (MERGE_MICROSECONDS * bytes) / MERGE_BYTES
    add(
      `one merge, µs for ${round(bytes)} bytes`,
      `≤ ${most.toFixed(0)}`,
      microseconds.toFixed(1),
      microseconds <= most,
    )
  }
  return found
}

const atLeast = (what: string, least: number, share: number): Budget => ({
  what,
  budget: `≥ ${Math.round(least * 100)} %`,
  measured: `${Math.round(share * 100)} %`,
  met: share >= least,
})

/** Budgets of the speed as a share of ceiling and floor, and of the time in which the main thread has work. NaN is a miss. */
function shareBudgets({ sent, references }: Results): Budget[] {
  const shares = references.flatMap(({ shape, people, reference, share }) => {
    const least = OF_REFERENCE[shape]?.[reference]
    return least === undefined
      ? []
      : [atLeast(`${shape}, ${people.toLocaleString('en-GB')} people, share of the ${reference}`, least, share)]
  })
  const busy = sent
    .filter(({ people, busy }) => people >= TEN_THOUSAND && !Number.isNaN(busy))
    .map(({ shape, people, busy }) =>
      atLeast(`${shape}, ${people.toLocaleString('en-GB')} people, main thread busy`, BUSY, busy),
    )
  return [...shares, ...busy]
}

function pageBudgets({ pages }: Results): Budget[] {
  if (pages === undefined) return []
  const sizes = [pages.largest, pages.largestLong].map(({ path, bytes }) => ({
    what: `bytes on the wire, ${path}`,
    budget: `≤ ${WIRE_BYTES.toLocaleString('en-GB')}`,
    measured: (bytes + EDGE_HEADER_BYTES).toLocaleString('en-GB'),
    met: bytes + EDGE_HEADER_BYTES <= WIRE_BYTES,
  }))
  return [
    atLeast('campaign page, share of a bare Hono app', OF_HELLO, pages.ofHello),
    atLeast('campaign page, share of a bare text of its size', OF_SAME_SIZE, pages.ofSameSize),
    ...sizes,
  ]
}

const perThousand = ({ people }: Work, count: number): number => (count / people) * 1_000
