import { paths, ROUTES } from '../../src/paths.ts'
import { AUDIENCE_PREFIX } from '../../src/supporter-list/store.ts'
import { DEMO_CAMPAIGN, firstPeople } from '../demo/people.ts'
import { awaitMails, CONFIRM, isConfirmation, linkIn } from './outbox.ts'
import type { Server } from './server.ts'
import { pressButtonBehind, signUp, visitorFor } from './visitor.ts'

/** Whether nobody is on the list yet and mail is captured: only then may invented people join it. */
export async function isFirstStart({ miniflare, url }: Server): Promise<boolean> {
  const supporters = await miniflare.getKVNamespace('SUPPORTERS')
  const { keys } = await supporters.list({ prefix: AUDIENCE_PREFIX, limit: 1 })
  return keys.length === 0 && (await fetch(url + ROUTES.outboxJson)).ok
}

/**
 * Some of the demonstration's people sign up by the form and confirm from the outbox, so that a first appeal has somebody to reach.
 * Answers how many.
 */
export async function signUpFirstPeople(url: string): Promise<number> {
  const spoken = await languagesServed(url)
  const able = firstPeople().filter(({ page, locales }) => [page, ...locales].every((locale) => spoken.has(locale)))
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

/** The languages of this deployment, of those that the people read. */
async function languagesServed(url: string): Promise<Set<string>> {
  const read = [...new Set(firstPeople().flatMap(({ page, locales }) => [page, ...locales]))]
  const answers = await Promise.all(read.map(async (locale) => (await fetch(url + paths.signUp(locale))).ok))
  return new Set(read.filter((_, n) => answers[n]))
}
