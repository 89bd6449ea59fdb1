/**
 * Records links and forms that an earlier version issued: they must work after every change of the code. They are stored in
 * tests/recorded/issued.json and are issued again only by `--write` without that file.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../local/bundle.ts'
import { agedStamp, linkIn, mailTo, post, postJson, recordMails } from '../acts.ts'
import type { Shelf } from '../book.ts'
import { openStage, type Stage } from '../stage.ts'

const SLUG = 'river-street-bakery'
const PATH = join(root, 'tests', 'recorded', 'issued.json')
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const KINDS = [
  'confirm',
  'unsubscribe',
  'preferences',
  'erase',
  'export',
  'letter',
  'voice',
  'moderate',
  'stop',
  'stamp',
] as const
type Issued = Record<(typeof KINDS)[number], string>

export async function issued(shelf: Shelf, bundle: string, write: boolean): Promise<void> {
  if (write && !existsSync(PATH)) writeFileSync(PATH, `${JSON.stringify(await issue(bundle), null, 2)}\n`)
  const links = JSON.parse(readFileSync(PATH, 'utf8')) as Issued
  const book = shelf.book('issued')
  const stage = await openStage(bundle)
  try {
    await stage.live(HOUR_MS / 2) // the links were issued within the first half hour
    for (const kind of [
      'confirm',
      'letter',
      'voice',
      'moderate',
      'unsubscribe',
      'stop',
      'preferences',
      'export',
    ] as const)
      await stage.record(book, `${kind}: opened`, { path: links[kind] })
    await stage.record(book, 'confirm: pressed', post(links.confirm, ''))
    await recordMails(stage, book, 'confirmed')
    const fields = new URLSearchParams({ email: 'stamped@example.org', stamp: links.stamp })
    await stage.record(book, 'a form with an old stamp', post('/en/sign-up', String(fields)))
    await stage.record(book, 'preferences: saved', post(links.preferences, 'locales=fr&topics=mining'))
    await stage.record(book, 'export: taken', post(links.export, ''))
    await stage.record(book, 'stop: pressed', post(links.stop, 'via=page'))
    await stage.record(book, 'unsubscribe: one click', post(links.unsubscribe, 'List-Unsubscribe=One-Click'))
    await stage.record(book, 'preferences: opened by one who has left', { path: links.preferences })
    await stage.record(book, 'erase: pressed', post(links.erase, ''))
    await stage.record(book, 'preferences: opened by one who was erased', { path: links.preferences })
  } finally {
    await stage.close()
  }
}

async function issue(bundle: string): Promise<Issued> {
  const stage = await openStage(bundle)
  try {
    const stamp = await agedStamp(stage)
    const email = 'old.reader@example.org'
    const confirm = await linkAfter(
      stage,
      email,
      '/confirm/',
      postJson('/ru/sign-up', {
        email,
        name: 'Зоя',
        locales: ['ru'],
        topics: ['mining'],
        country: 'KZ',
        campaign: SLUG,
      }),
    )
    const unsubscribe = await linkAfter(stage, email, '/unsubscribe/', post(confirm, ''))
    const access = await mailAfter(stage, email, postJson('/my-data?locale=ru', { email }))
    const write = (path: string, fields: Record<string, string>) =>
      post(
        `/campaigns/${SLUG}/${path}`,
        String(new URLSearchParams({ email, name: 'Zoya', locale: 'ru', stamp, ...fields })),
      )
    const letter = await linkAfter(stage, email, '/confirm/', write('letters', { sentence: 'I bake on night shift.' }))
    await stage.ask(post(letter, ''))
    const submission = await linkAfter(
      stage,
      email,
      '/confirm/',
      write('messages', { text: 'We are with you, all of us.' }),
    )
    await stage.ask(post(submission, ''))
    await stage.live(5 * 60_000)
    const moderate = linkIn(mailTo(await stage.mails(), 'moderator@example.org'), '/moderate/')
    await stage.live(2 * DAY_MS)
    const stop = linkIn(mailTo(await stage.mails(), 'copies@example.org'), '/stop/')
    const [preferences, erase, exported] = ['/preferences/', '/erase/', '/export/'].map((begins) =>
      linkIn(access, begins),
    )
    return {
      confirm,
      unsubscribe,
      preferences: preferences ?? '',
      erase: erase ?? '',
      export: exported ?? '',
      letter,
      voice: submission,
      moderate,
      stop,
      stamp,
    }
  } finally {
    await stage.close()
  }
}

async function mailAfter(stage: Stage, to: string, request: Parameters<Stage['ask']>[0]) {
  await stage.ask(request)
  return mailTo(await stage.mails(), to)
}

const linkAfter = async (
  stage: Stage,
  to: string,
  begins: string,
  request: Parameters<Stage['ask']>[0],
): Promise<string> => linkIn(await mailAfter(stage, to, request), begins)
