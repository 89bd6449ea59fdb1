import { WrongUsage } from '../command.ts'
import { DEV_VARS, readVars } from '../dev-vars.ts'
import { mintKeys } from '../keys.ts'
import { EXIT } from '../program/exit-status.ts'
import { act, type CommandRegistration, withJson } from '../program/registration.ts'
import type { TerminalOptions } from '../program/terminal.ts'

/** Keys whose loss cannot be mended. */
const FOR_EVER = ['KEYRING', 'FINGERPRINT_KEY']

const KEPT = `${DEV_VARS} has KEYRING or FINGERPRINT_KEY already. Whoever puts new keys in the place of a running deployment’s loses
every supporter’s record and every opt-out.

  For another token:         npm run tocsin -- tokens add NAME
  For a new deployment:      npm run keys -- --replace
                             It prints keys. ${DEV_VARS} stays as it is.`

export const registerKeys: CommandRegistration = (program) => {
  withJson(program.command('keys').description('print new secrets for a new deployment; they are stored nowhere'))
    .option('--replace', `print them although ${DEV_VARS} has keys already`)
    .action(({ replace = false, ...options }: TerminalOptions & { replace?: boolean }) =>
      act(options, async (terminal) => {
        const found = readVars()
        if (!replace && FOR_EVER.some((name) => found[name])) throw new WrongUsage(KEPT)
        const minted = mintKeys()
        terminal.give({ ...minted })
        if (!terminal.isJson) terminal.say(textOf(minted))
        return EXIT.done
      }),
    )
}

const textOf = ({ token, ...secrets }: ReturnType<typeof mintKeys>): string =>
  `New secrets for a new deployment. They are shown only once and are not stored.

For each line run \`npx wrangler secret put NAME\` and paste the text after the first "=":

${Object.entries(secrets)
  .map(([name, value]) => `${name}=${value}`)
  .join('\n')}

The organiser's token, for the command line and the API (the Worker knows only its hash):

TOCSIN_TOKEN=${token}

Keep copies of two of them in a safe place outside the Worker:

  FINGERPRINT_KEY  Without it people who unsubscribed are not recognised: every opt-out is lost. Never change it.
  KEYRING          Without it no supporter's record can be read, and no unsubscribe link in mail already sent works.
                   To change keys put a new one in front (k2:…,k1:…) and keep the old one.

Keep a copy of API_TOKENS too: it holds no token, and a token is added or revoked in it. How: npm run tocsin -- tokens --help`
