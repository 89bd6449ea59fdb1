import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Command } from 'commander'
import { call, download, type Schemas } from '../client.ts'
import { type Deployment, WrongUsage } from '../command.ts'
import { listIn } from '../program/registration.ts'
import type { Terminal } from '../program/terminal.ts'

/** What `send` asks for besides the mail and its people. `out`: a folder for the mails of a practice. */
export type PracticeWishes = { practice?: boolean | undefined; out?: string | undefined; notify?: string[] | undefined }

/** Adds the options of `PracticeWishes` to `send`. */
export const withPractice = (command: Command): Command =>
  command
    .option(
      '--notify <ADDRESSES>',
      'mail these when it has finished, paused by itself, or begun at its time; at most 5',
      (typed: string, before: string[] = []) => [...before, ...listIn(typed)],
    )
    .option('--practice', 'go the whole way with invented readers: nobody gets a mail, and you can read each')
    .option('--out <FOLDER>', 'with --practice: write its mails to this folder, as .eml and .html')

/** @throws WrongUsage for options that do not go together */
export function checkPractice({ practice, out, notify, dryRun }: PracticeWishes & { dryRun?: boolean }): void {
  if (out !== undefined && !practice) throw new WrongUsage('Expected --out only with --practice.')
  if (practice && dryRun) throw new WrongUsage('Expected --practice or --dry-run, not both.')
  if (practice && notify !== undefined) throw new WrongUsage('Expected no --notify with --practice: no mail leaves.')
}

/** Says where the mails of a practice are: in the folder `out`, or listed here. `campaign` is for the command that writes them. */
export async function showPracticeMails(
  deployment: Deployment,
  terminal: Terminal,
  { id }: Pick<Schemas['Dispatch'], 'id'>,
  { out }: PracticeWishes,
): Promise<void> {
  const { json: mails } = await call(deployment, 'get', '/api/dispatches/{id}/mails', { path: { id } })
  terminal.say(`${mails.length} mails to invented readers. None was sent. They can be read for a day.`)
  if (out === undefined) {
    for (const { to, subject } of mails) terminal.say(`  ${to}  ${subject}`)
    terminal.say('To read their texts, repeat the command with --out FOLDER: it writes each as a file.')
    return
  }
  await mkdir(out, { recursive: true })
  for (const [i, mail] of mails.entries()) {
    const file = join(out, fileName(i + 1, mail))
    const eml = await download(deployment, '/api/dispatches/{id}/mails/{mail}', { path: { id, mail: String(mail.id) } })
    await writeFile(`${file}.eml`, await buffer(eml))
    await writeFile(`${file}.html`, mail.html)
  }
  terminal.say(`Written to ${out}, each as .eml and .html.`)
}

/** A name such as `01-en-reader-1`, in characters that stay inside the folder, whatever the deployment answers. */
export const fileName = (n: number, { locale, to }: Pick<Schemas['PracticeMail'], 'locale' | 'to'>): string => {
  const [reader = ''] = to.split('.', 1)
  return [String(n).padStart(2, '0'), locale, reader].map((part) => part.replace(/[^\w-]/g, '')).join('-')
}
