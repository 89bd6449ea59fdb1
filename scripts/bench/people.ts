import { type Address, normaliseAddress } from '../../src/security/address.ts'
import type { Supporter } from '../../src/supporter-list/supporter.ts'

/** Languages of the benchmark's supporters, in turn. */
const LOCALES = ['en', 'ru', 'fr', 'es', 'kk', 'ar'] as const

/** Invented names, one per language, so that every encoder gets several scripts. */
const NAMES = [
  'Orla Brambleworth',
  'Зоя Берестовская',
  'Maëlle Bois-Claret',
  'Fermín Peñalabra',
  'Айнаш Көктерекова',
  'ياسمينة القنديلي',
]

const DOMAIN = 'people.example'

/** Person `n` of the benchmark. Every tenth has no name. */
export function supporter(n: number): Supporter {
  const name = nameOf(n)
  return {
    email: addressOf(n),
    ...(name !== undefined && { name }),
    locales: [LOCALES[n % LOCALES.length] ?? 'en'],
    topics: n % 3 === 0 ? ['mining', 'metal'] : [],
    ...(n % 4 === 0 && { country: 'KZ' }),
    since: 1_700_000_000_000,
    consent: { wording: '2026-11', at: 1_700_000_000_000, via: 'page' },
  }
}

export const nameOf = (n: number): string | undefined => (n % 10 === 9 ? undefined : `${NAMES[n % NAMES.length]} ${n}`)

function addressOf(n: number): Address {
  const read = normaliseAddress(`person.${n}@${DOMAIN}`)
  if (!read.ok) throw new Error(`person ${n} has an invalid address: ${read.error}`)
  return read.value
}

/** Number of the person with an address; -1 for other addresses. */
export const numberOf = (address: string): number =>
  address.startsWith('person.') && address.endsWith(`@${DOMAIN}`) ? Number(address.slice(7, -DOMAIN.length - 1)) : -1
