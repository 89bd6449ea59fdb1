import type { AccountCheck } from '../transport.ts'
import { isMailbox, mailFrom, RSET } from './commands.ts'
import { reasonOf } from './deliver.ts'
import { refusalOf } from './refusals.ts'
import { closeSession, openSession, type ServerAccess } from './session.ts'

/** Checks the account: logs in, sends MAIL FROM, then RSET and QUIT. Sends no mail and never throws. */
export async function check(access: ServerAccess, sender: string): Promise<AccountCheck> {
  const { server, timeouts } = access
  const place = `${server.host}:${server.port}`
  if (!isMailbox(sender)) return { ok: false, message: 'SENDER_ADDRESS is not an address that mail servers accept' }
  try {
    const session = await openSession(access)
    try {
      await session.lines.write(mailFrom(sender, 0, { ...session.capabilities, size: false }, false), timeouts.command)
      const reply = await session.lines.reply(timeouts.command)
      if (reply.code !== 250) return { ok: false, message: `${place}: ${refusalOf(reply, 'sender').detail}` }
      await session.lines.write(RSET, timeouts.command)
      await session.lines.reply(timeouts.command)
      const how = server.security === 'none' ? 'unencrypted, on this machine' : 'over TLS'
      const who = access.credentials === null ? 'without logging in' : 'logged in'
      return { ok: true, message: `${place} accepts mail from ${sender} ${how}, ${who}` }
    } finally {
      await closeSession(session, timeouts)
    }
  } catch (error) {
    return { ok: false, message: `${place}: ${reasonOf(error).detail}` }
  }
}
