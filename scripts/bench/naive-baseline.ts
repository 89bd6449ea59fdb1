/** The baseline: a naive loop that compiles MJML for each recipient and sends each mail over SMTP. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import mjml2html from 'mjml'
import { createTransport } from 'nodemailer'
import { nameOf, supporter } from './people.ts'

/** Filler text; repeated to the length of an appeal. */
const WORDS = 'The workers of the shop ask for their wages, for their union and for their colleagues to be taken back. '

const markup = (greeting: string, link: string): string => `<mjml><mj-body><mj-section><mj-column>
<mj-text font-size="24px">Wages, and a union</mj-text><mj-text>${greeting}</mj-text>
${Array.from({ length: 12 }, () => `<mj-text>${WORDS.repeat(5)}</mj-text><mj-divider />`).join('\n')}
<mj-button href="${link}">Write to the employer</mj-button><mj-text><a href="${link}">Leave the list</a></mj-text>
</mj-column></mj-section></mj-body></mjml>`

const MJML_OPTIONS = { validationLevel: 'soft', keepComments: false, minify: false, fonts: {} } as const

export type Baseline = { perSecond: number; mails: number; bytes: number; cpuSeconds: number }

/** Sends `mails` mails to an SMTP server in another local process. `bytes`: HTML per mail. */
export async function naiveLoop(mails: number): Promise<Baseline> {
  const server = fork(join(import.meta.dirname, 'smtp-server.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [port] = await once(server, 'message')
  const transport = createTransport({
    host: '127.0.0.1',
    port: Number(port),
    secure: false,
    ignoreTLS: true,
    pool: true,
  })
  let bytes = 0
  const cpu = process.cpuUsage()
  const began = performance.now()
  for (let n = 0; n < mails; n++) {
    const link = `http://127.0.0.1/unsubscribe/${n}`
    const { html } = await mjml2html(markup(`Dear ${nameOf(n) ?? 'friend'},`, link), MJML_OPTIONS)
    bytes += html.length
    await transport.sendMail({
      from: 'campaigns@people.example',
      to: supporter(n).email,
      subject: 'Wages, and a union',
      html,
      text: WORDS.repeat(60),
    })
  }
  const seconds = (performance.now() - began) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  transport.close()
  server.disconnect()
  await once(server, 'exit')
  return { perSecond: mails / seconds, mails, bytes: bytes / mails, cpuSeconds: (user + system) / 1e6 }
}
