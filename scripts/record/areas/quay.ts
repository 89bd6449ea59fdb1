/** Records a campaign published over the API, in each page status, with features that the bundled campaigns lack. */

import { fill, linkIn, mailTo, post, recordMails } from '../acts.ts'
import type { Book, Shelf } from '../book.ts'
import { QUAY, quayWith } from '../campaign.ts'
import { textOf } from '../http.ts'
import { showMail } from '../mail.ts'
import { showAnswer } from '../show.ts'
import { openStage, type Stage } from '../stage.ts'

const DAY_MS = 86_400_000

export async function quay(shelf: Shelf, bundle: string): Promise<void> {
  const stage = await openStage(bundle)
  try {
    await standings(stage, shelf.book('standings'))
    await letters(stage, shelf.book('quay'))
  } finally {
    await stage.close()
  }
}

/** Records the pages of the campaign in each page status. */
async function standings(stage: Stage, book: Book): Promise<void> {
  const states: Record<string, Record<string, string>> = {
    open: QUAY,
    draft: quayWith(['status: open', 'status: draft']),
    won: quayWith(['status: open', 'status: won']),
    closed: quayWith(['status: open', 'status: closed']),
    'closed by its day': quayWith(['opened: 2026-03-01', 'opened: 2026-03-01\ncloses: 2026-11-30']),
    'closing soon': quayWith(['opened: 2026-03-01', 'opened: 2026-03-01\ncloses: 2026-12-20']),
    expired: quayWith(['opened: 2026-03-01', 'opened: 2026-03-01\ndoNotUseAfter: 2026-12-01']),
    'under review': quayWith(['until: 2027-06-01', 'until: 2026-12-01']),
  }
  for (const [state, files] of Object.entries(states)) {
    const published = await stage.ask(stage.api('PUT', '/api/campaigns/quay', { files }))
    book.add(`${state}: published`, showAnswer(published))
    await stage.live(120_000) // pages are cached for a minute
    for (const path of [
      '/en/campaigns/quay',
      '/campaigns/quay.txt?lang=ru',
      '/ru/campaigns/quay/letter',
      '/en/campaigns/quay/letter.pdf',
      '/ru/campaigns/quay/picture.png',
      '/embed/quay?lang=ru',
      '/en/campaigns/quay/write',
      '/en/campaigns/quay/event.ics',
      '/kk/campaigns/quay',
    ])
      await stage.record(book, `${state}: ${path}`, { path })
    const { revision } = JSON.parse(textOf(published)) as { revision: string }
    await stage.record(
      book,
      `${state}: a dispatch`,
      stage.api('POST', '/api/dispatches', { campaign: 'quay', revision, email: 'appeal', dryRun: true }),
    )
    await stage.live(1_000) // two dispatches of the same time would have no fixed order
    if (state !== 'open')
      await stage.record(
        book,
        `${state}: sent`,
        stage.api('POST', '/api/dispatches', { campaign: 'quay', revision, email: 'appeal' }),
      )
    await stage.record(book, `${state}: the list`, stage.api('GET', '/api/stats'))
  }
}

/** Records letters with Cc, a weekly digest, moderators in two languages, and the mail about the campaign's end. */
async function letters(stage: Stage, book: Book): Promise<void> {
  await stage.ask(stage.api('PUT', '/api/campaigns/quay', { files: QUAY }))
  await stage.live(120_000)
  for (const [email, name] of [
    ['anna@example.org', 'Anna Oakenshaw'],
    ['boris@example.org', 'Boris Saltmarsh'],
  ]) {
    const answers = {
      email: email ?? '',
      name: name ?? '',
      sentence: `I know this quay, says ${name}.`,
      consent: ['shown', 'updates'],
    }
    await fill(stage, book, `${name} writes`, {
      page: '/ru/campaigns/quay/write',
      action: '/campaigns/quay/letters',
      answers,
    })
    const link = linkIn(mailTo(await recordMails(stage, book, `${name} is asked`), email ?? ''), '/confirm/')
    await stage.record(book, `${name}: the link`, { path: link })
    await stage.record(book, `${name} confirms`, post(link, ''))
  }
  await fill(stage, book, 'supports', {
    page: '/en/campaigns/quay/support',
    action: '/campaigns/quay/messages',
    answers: { email: 'vera@example.org', name: 'Vera', text: 'We are with you, all of us.' },
  })
  const asked = await recordMails(stage, book, 'is asked')
  await stage.record(book, 'confirms', post(linkIn(mailTo(asked, 'vera@example.org'), '/confirm/'), ''))
  await stage.live(DAY_MS)
  const moderators = await stage.mails()
  for (const mail of moderators)
    book.add(`mail to ${mail.to} at ${new Date(mail.at).toISOString()}`, showMail(mail.eml))
  const link = linkIn(mailTo(moderators, 'moderator.kk@example.org'), '/moderate/')
  await stage.record(book, 'a moderator’s page in Kazakh', { path: link, headers: { 'accept-language': 'kk' } })
  await stage.ask(
    stage.api('PUT', '/api/campaigns/quay', {
      files: quayWith(['  - { email: moderator.kk@example.org, locale: kk }\n', '']),
    }),
  )
  await stage.record(book, 'the page of somebody who is no moderator any more', { path: link })
  await stage.record(book, 'decided by somebody who is no moderator any more', post(link, 'decision=accept'))
  await stage.live(8 * DAY_MS)
  for (const mail of await stage.mails())
    book.add(`mail to ${mail.to} at ${new Date(mail.at).toISOString()}`, showMail(mail.eml))
  for (const query of ['?format=pdf', '?format=pdf&locale=ru&paper=letter', '?format=html'])
    await stage.record(book, `signatures ${query}`, stage.api('GET', `/api/actions/quay/signatures${query}`))
  await stage.ask(stage.api('PUT', '/api/campaigns/quay', { files: quayWith(['status: open', 'status: won']) }))
  await stage.record(book, 'told of the end', stage.api('POST', '/api/actions/quay/tell', { about: 'end' }))
  await stage.live(DAY_MS)
  await recordMails(stage, book, 'the end')
  await stage.record(book, 'the report', stage.api('GET', '/api/actions/quay'))
}
