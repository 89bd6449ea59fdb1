import { seal } from '../../src/security/vault.ts'
import { AUDIENCE_PREFIX } from '../../src/supporter-list/store.ts'
import { packSupporter } from '../../src/supporter-list/supporter.ts'
import { keysOf, person } from '../local/crowd.ts'
import { RIG_SETTINGS } from '../local/test-deployment.ts'
import { answering, listen } from '../sinks/faults.ts'
import { CrowdOrder } from './order.ts'

/** Keys in KV's largest page. */
const PAGE_KEYS = 1_000

const people = Number(process.argv[2])
const { keys } = await keysOf(RIG_SETTINGS)
const order = new CrowdOrder(people, RIG_SETTINGS.FINGERPRINT_KEY, (n) => person(n).email)

const server = await listen(async ({ url }, _, response) => {
  const query = new URL(url ?? '/', 'http://crowd').searchParams
  const prefix = (query.get('prefix') ?? AUDIENCE_PREFIX).slice(AUDIENCE_PREFIX.length)
  const from = Number(query.get('cursor') ?? 0)
  const limit = Math.min(PAGE_KEYS, Number(query.get('limit') ?? PAGE_KEYS))
  const page = order.page(prefix, from, limit)
  const listed = page.people.map(async (n) => {
    const name = AUDIENCE_PREFIX + order.fingerprint(n)
    return { name, metadata: await seal(keys, 'supporter', name, packSupporter(person(n))) }
  })
  answering(response)(200, {
    keys: await Promise.all(listed),
    list_complete: !page.more,
    ...(page.more && { cursor: String(from + limit) }),
  })
})
console.log(server.url)
