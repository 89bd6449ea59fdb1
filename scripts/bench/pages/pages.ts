import { paths } from '../../../src/paths.ts'
import { deploy } from '../deployment.ts'
import { medianOf } from '../medians.ts'
import { startHello } from './hello.ts'
import { load } from './load.ts'
import { longWireSizes, type WireSize, wireSizes } from './wire-size.ts'

/** A bundled campaign whose page has every section. */
const CAMPAIGN = 'kas-kor-1994'
/** Rounds in which the page and the bare app are measured one after the other. */
const ROUNDS = 5
const WARM_UP_SECONDS = 1
const SECONDS = 2
const SIGN_UP_SECONDS = 5

export type Pages = {
  hello: number // requests per second of a bare Hono app with a short text
  sameSize: number // the same with a text of the page's size
  page: number
  pageBytes: number
  ofHello: number // the page's speed as a share: the median of the rounds
  ofSameSize: number
  signUps: number
  largest: WireSize // of all bundled campaigns in all languages
  largestLong: WireSize // of that campaign with texts three times as long
}

/** Requests per second of a campaign page and of sign-ups, beside a bare Hono app in the same runtime, and the bytes of pages. */
export async function pages(state: string): Promise<Pages> {
  const { server, url } = await deploy({ state })
  const path = paths.campaign('en', CAMPAIGN)
  const bytes = (await (await fetch(new URL(path, url))).arrayBuffer()).byteLength
  const bare = await startHello(bytes)
  try {
    const rounds = await rounded([url, path], [bare.url, '/en/hello'], [bare.url, '/en/page'])
    const [page = [], hello = [], sameSize = []] = rounds
    const host = new URL(url).host
    const largest = largestOf(await wireSizes(url))
    const signUps = await load(url, (n) => signUp(host, n), SIGN_UP_SECONDS, 202)
    return {
      hello: medianOf(hello),
      sameSize: medianOf(sameSize),
      page: medianOf(page),
      pageBytes: bytes,
      ofHello: medianOf(page.map((one, i) => one / (hello[i] ?? Number.NaN))),
      ofSameSize: medianOf(page.map((one, i) => one / (sameSize[i] ?? Number.NaN))),
      signUps: signUps.perSecond,
      largest,
      largestLong: largestOf(await longWireSizes(url, largest.slug)),
    }
  } finally {
    await bare.stop()
    await server.stop()
  }
}

/** Requests per second of each address in each round. In a round each is measured once, in turn. */
async function rounded(...addresses: Array<[url: string, path: string]>): Promise<number[][]> {
  const measure = async ([url, path]: [string, string], seconds: number) => {
    const get = `GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`
    return (await load(url, () => get, seconds, 200)).perSecond
  }
  for (const address of addresses) await measure(address, WARM_UP_SECONDS)
  const found: number[][] = addresses.map(() => [])
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, address] of addresses.entries()) found[i]?.push(await measure(address, SECONDS))
  return found
}

const largestOf = (sizes: readonly WireSize[]): WireSize =>
  sizes.reduce((largest, one) => (one.bytes > largest.bytes ? one : largest), { slug: '', path: '', bytes: 0 })

/** Bytes of the request of sign-up n. Each comes from another network; otherwise the limit per client would be measured. */
function signUp(host: string, n: number): string {
  const body = JSON.stringify({ email: `visitor.${n}@people.example`, locales: ['en'] })
  const from = [10, n >> 16, (n >> 8) & 255, n & 255].join('.')
  const head = [
    `POST ${paths.signUp('en')} HTTP/1.1`,
    `Host: ${host}`,
    `CF-Connecting-IP: ${from}`,
    'Accept: application/json',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
