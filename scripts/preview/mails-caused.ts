/** Which mails a campaign causes, for invented people. */

import { lettersText } from '../../src/actions/letters/letter.ts'
import {
  type Campaign,
  datedSections,
  hasLocale,
  mailBlockedBy,
  textIn,
  wordsIn,
} from '../../src/campaigns/campaign.ts'
import { deliverableTargets } from '../../src/campaigns/letter-language.ts'
import { acceptsEndorsements, supportContacts } from '../../src/campaigns/public-submissions.ts'
import { labelled, mailTexts } from '../../src/emails/mail-texts.ts'
import type { Email, Values } from '../../src/emails/message.ts'
import { sampleValues } from '../../src/emails/preview.ts'
import { formatDay } from '../../src/kit/dates.ts'
import { isoDay } from '../../src/kit/day.ts'
import { SAMPLE_WRITER } from './sample-people.ts'

/** A mail of a template: its e-mail, which update it has, and values in place of the samples of the API. */
export type CausedMail = { email: Email; name: string; title: string; updateId?: string; values: Values }

type Place = { campaign: Campaign; locale: string; publicUrl: string; now: number }

/** The mails of templates that a campaign causes in one language, and those of its supporters' own acts. `now` in epoch ms. */
export function mailsCaused(place: Place): CausedMail[] {
  const { campaign, locale, now } = place
  const isOver = mailBlockedBy(campaign, 'appeal', now) !== null
  const words = hasLocale(campaign, locale) ? wordsIn(campaign, locale) : undefined
  const takesLetters = !isOver && deliverableTargets(campaign).length > 0
  const takesSubmissions = !isOver && (supportContacts(campaign).length > 0 || acceptsEndorsements(campaign))
  const mail = mailIn(place)
  const dated = (email: 'update' | 'correction') =>
    (words === undefined ? [] : datedSections(words, email)).map(({ id }) =>
      mail(email, `${TITLES[email]} of ${id}`, { id }),
    )
  return [
    ...(isOver || words === undefined ? [] : [mail('appeal', TITLES.appeal)]),
    ...dated('update'),
    ...dated('correction'),
    mail('confirm', TITLES.confirm),
    mail('welcome', TITLES.welcome),
    mail('my-data', TITLES['my-data']),
    mail('goodbye', TITLES.goodbye),
    ...(takesLetters ? writerMails(place) : []),
    ...(takesSubmissions ? [mail('voice', TITLES.voice)] : []),
    ...(isModerated(campaign, locale) && (takesSubmissions || takesLetters) ? [moderatorMail(place)] : []),
  ]
}

const TITLES = {
  appeal: 'Appeal',
  update: 'Update',
  correction: 'Correction',
  confirm: 'Confirmation of a sign-up',
  welcome: 'Welcome',
  'my-data': 'Links to one’s own data',
  goodbye: 'Goodbye after unsubscribing',
  voice: 'Confirmation of a message or an endorsement',
} as const

const isModerated = ({ moderators = [] }: Campaign, locale: string): boolean =>
  moderators.some((one) => one.locale === locale)

/** Makes mails of one language. `ending` distinguishes mails of the same e-mail. */
const mailIn =
  ({ locale, publicUrl }: Place) =>
  (email: Email, title: string, { id, ending = id, ...values }: { id?: string; ending?: string } & Values = {}) => ({
    email,
    title,
    name: ending === undefined ? email : `${email}-${ending}`,
    ...(id !== undefined && { updateId: id }),
    values: { ...sampleValues(email, locale, { publicUrl }), ...values },
  })

/** What a writer of a letter gets, in the order in which it comes. */
function writerMails(place: Place): CausedMail[] {
  const { campaign, locale, publicUrl, now } = place
  const mail = mailIn(place)
  const { t } = mailTexts(locale)
  const targets = deliverableTargets(campaign)
  const outcome = targets.map(({ name, role }) =>
    t('receipt.accepted', { target: textIn(name ?? role, locale), day: formatDay(locale, isoDay(now)) }),
  )
  const letters = lettersText(campaign, { ...SAMPLE_WRITER, locale }, publicUrl)
  const returned = [t('returned.refused'), t('returned.again')].join('\n\n')
  const updates = hasLocale(campaign, locale) ? datedSections(wordsIn(campaign, locale), 'update') : []
  return [
    mail('letter', 'Confirmation of a letter'),
    mail('receipt', 'Receipt of a letter', { outcome: outcome.join('\n'), letters }),
    mail('returned', 'A letter that a moderator refused', {
      outcome: returned,
      words: `${t('returned.words')}\n\n${SAMPLE_WRITER.sentence}`,
    }),
    ...updates.map(({ id }) => mail('news', `News for writers: update of ${id}`, { id, outcome: '' })),
    ...(['won', 'closed'] as const).map((end) =>
      mail('news', `News for writers: the campaign is ${end}`, { ending: end, outcome: t(`news.end-${end}`) }),
    ),
  ]
}

function moderatorMail(place: Place): CausedMail {
  const texts = mailTexts(place.locale)
  const mail = mailIn(place)
  const { links = '' } = mail('moderate', '').values
  const link = links.split('\n').at(-1) ?? ''
  return mail('moderate', 'To a moderator', {
    waiting: texts.t('moderate.waiting', { count: 1 }),
    links: `${labelled(texts, texts.t('moderate.support'))}\n${link}`,
  })
}
