import { linkIn, mailTo, post, postJson } from './acts.ts'
import type { Stage } from './stage.ts'

type Person = { email: string; name?: string; locales: string[]; topics?: string[]; country?: string }

/** Invented supporters: at least one for each language, with and without name, topics and country. */
export const PEOPLE: readonly Person[] = [
  { email: 'wren@example.org', name: 'Wren Hazelmoor', locales: ['en', 'ru'], country: 'GB' },
  { email: 'zoya@example.org', name: 'Зоя Берестовская-Луговая', locales: ['ru'], topics: ['mining'], country: 'KZ' },
  { email: 'maelle@example.org', name: 'Maëlle d’Épinoy & “Séchan”', locales: ['fr'], country: 'CH' },
  { email: 'nuria@example.org', name: 'Núria Peñalabra', locales: ['es'], topics: ['manufacturing'] },
  { email: 'torebek@example.org', name: 'Төребек Сарынан', locales: ['kk', 'ar'] },
  { email: 'yasmina@example.org', name: 'ياسمينة القنديلي', locales: ['ar'], country: 'MA' },
  { email: 'night.shift@example.org', locales: ['en'] },
]

/** Signs up and confirms people. Returns their unsubscribe links by address. */
export async function bring(stage: Stage, people: readonly Person[]): Promise<Map<string, string>> {
  const optOuts = new Map<string, string>()
  for (const person of people) {
    await stage.ask(postJson('/en/sign-up', person))
    await stage.ask(post(linkIn(mailTo(await stage.mails(), person.email), '/confirm/'), ''))
    optOuts.set(person.email, linkIn(mailTo(await stage.mails(), person.email), '/unsubscribe/'))
    await stage.live(1_000)
  }
  return optOuts
}
