/** Records the pages of the outbox, with few mails, so that their ids are known. */

import { postJson } from '../acts.ts'
import type { Shelf } from '../book.ts'
import { showMail } from '../mail.ts'
import { showHead } from '../show.ts'
import { openStage } from '../stage.ts'

export async function outbox(shelf: Shelf, bundle: string): Promise<void> {
  const book = shelf.book('outbox')
  const stage = await openStage(bundle)
  try {
    await stage.record(book, 'nothing yet', { path: '/outbox' })
    await stage.record(book, 'nothing yet, as JSON', { path: '/outbox.json' })
    for (const [email, locale] of [
      ['anna@example.org', 'ru'],
      ['b+c@example.org', 'en'],
      ['anna@example.org', 'ar'],
    ]) {
      await stage.ask(postJson(`/${locale}/sign-up`, { email, locales: [locale] }))
      await stage.live(3_600_000)
    }
    for (const path of [
      '/outbox',
      '/outbox?to=anna@example.org',
      '/outbox?to=nobody@example.org',
      '/outbox?before=2',
      '/outbox.json',
      '/outbox.json?after=2',
      '/outbox.json?to=b%2Bc@example.org',
      '/outbox/1',
      '/outbox/1?width=phone',
      '/outbox/1/html',
      '/outbox/99',
      '/outbox/99/html',
      '/outbox/99.eml',
      '/outbox/x',
      '/outbox/1/attachments/0',
    ])
      await stage.record(book, path, { path })
    const eml = await stage.ask({ path: '/outbox/1.eml' })
    book.add('/outbox/1.eml', `${showHead(eml)}\n\n${showMail(eml.body)}`)
    await stage.record(book, 'by another name of the machine', {
      path: '/outbox',
      headers: { host: 'tocsin.example.org' },
    })
    await stage.record(book, 'POST', { method: 'POST', path: '/outbox' })
  } finally {
    await stage.close()
  }
}
