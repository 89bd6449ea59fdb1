import { sha256Hex } from '../../kit/bytes.ts'
import { emailFiles, emailStrings } from '../bundled.gen.ts'
import type { TemplateInput } from './template-context.ts'

/** Version of the compiler, part of every template hash. Increase the last number when our code renders templates differently. */
export const COMPILER = 'mjml 5.4.1, liquidjs 10.30.1, layout 2'

/** The hash and not a promise of it: a promise never ends when the request or object that made it ends first. */
let filesHash: string | undefined

/** SHA-256 (hex) of everything that a template is made from. Equal hashes mean equal templates. */
export async function templateHash({
  email,
  locale,
  campaign,
  updateId,
  importedOn,
  sender,
}: TemplateInput): Promise<string> {
  const files = filesHash ?? (await sha256Hex(JSON.stringify([COMPILER, emailFiles, emailStrings])))
  filesHash = files
  const { publicUrl, senderName, postalAddress } = sender
  const definition = campaign === undefined ? null : [campaign.slug, campaign.revision]
  const own = [
    files,
    email,
    locale,
    definition,
    updateId ?? null,
    publicUrl,
    senderName,
    postalAddress,
    ...(importedOn ? [importedOn] : []),
  ]
  return sha256Hex(JSON.stringify(own))
}
