import {
  type Campaign,
  datedSections,
  localesOfMail,
  MAX_TESTS_AN_ADDRESS,
  newestSection,
  wordsIn,
} from '../../campaigns/campaign.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'

/** Emails as `POST /api/tests` names them, such as `appeal` and `update/2026-12-01`. */
export type TestedEmails = { emails: string[]; leftOut: string[] }

type TestedKind = { email: 'appeal' | 'update' | 'correction'; id?: string; isNewest: boolean }

/** Every email of a campaign; where these are too many tests for one request, the newest of each kind. */
export function testedEmails(campaign: Campaign, locales: readonly string[] | undefined): TestedEmails {
  const english = wordsIn(campaign, FALLBACK_LOCALE)
  const dated = (['update', 'correction'] as const).flatMap((email) => {
    const sections = datedSections(english, email)
    const newest = newestSection(sections)
    return sections.map((section): TestedKind => ({ email, id: section.id, isNewest: section === newest }))
  })
  const all: TestedKind[] = [{ email: 'appeal', isNewest: true }, ...dated]
  const mails = all.flatMap(({ email, id }) =>
    localesOfMail(campaign, email, id).filter((locale) => locales?.includes(locale) ?? true),
  )
  const isTooMany = Math.max(mails.length, all.length) > MAX_TESTS_AN_ADDRESS
  const namesOf = (some: readonly TestedKind[]) =>
    some.map(({ email, id }) => (id === undefined ? email : `${email}/${id}`))
  return {
    emails: namesOf(all.filter(({ isNewest }) => isNewest || !isTooMany)),
    leftOut: namesOf(all.filter(({ isNewest }) => !isNewest && isTooMany)),
  }
}
