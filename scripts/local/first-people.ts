import { paths, ROUTES } from '../../src/paths.ts'
import { AUDIENCE_PREFIX } from '../../src/supporter-list/store.ts'
import { DEMO_CAMPAIGN, firstPeople } from '../demo/people.ts'
import { awaitMails, CONFIRM, isConfirmation, linkIn } from './outbox.ts'
import type { Server } from './server.ts'
import { pressButtonBehind, signUp, visitorFor } from './visitor.ts'

/** Whether the list is empty and an outbox captures all mail. Only then may invented people sign up. */
export async function isFirstStart({ miniflare, url }: Server): Promise<boolean> {
  const supporters = await miniflare.getKVNamespace('SUPPORTERS')
  const { keys } = await supporters.list({ prefix: AUDIENCE_PREFIX, limit: 1 })
  return keys.length === 0 && (await fetch(url + ROUTES.outboxJson)).ok
}

/**
 * Signs up and confirms some of the demonstration's people, so that a first appeal has recipients. Returns the number of confirmed people.
 */
export async function signUpFirstPeople(url: string): Promise<number> {
  const served = await languagesServed(url)
  const able = firstPeople().filter(({ page, locales }) => [page, ...locales].every((locale) => served.has(locale)))
  const people = able.map((person, n) => ({ person, visitor: visitorFor(person, n + 1) }))
  await Promise.all(people.map(({ person, visitor }) => signUp(url, visitor, person, DEMO_CAMPAIGN)))
  const addresses = new Set(people.map(({ person }) => person.email))
  const confirmations = await awaitMails(url, people.length, (mail) => addresses.has(mail.to) && isConfirmation(mail))
  const links = new Map(confirmations.map((mail) => [mail.to, linkIn(mail, url, CONFIRM)]))
  const pressed = await Promise.all(
    people.flatMap(({ person, visitor }) => {
      const link = links.get(person.email)
      return link === undefined ? [] : [pressButtonBehind(visitor, link)]
    }),
  )
  return pressed.filter(({ status }) => status === 200).length
}

/** Languages of these people that the deployment has pages in. */
async function languagesServed(url: string): Promise<Set<string>> {
  const read = [...new Set(firstPeople().flatMap(({ page, locales }) => [page, ...locales]))]
  const answers = await Promise.all(read.map(async (locale) => (await fetch(url + paths.signUp(locale))).ok))
  return new Set(read.filter((_, n) => answers[n]))
}
