/** The renderer of a running server: the object that makes the server's templates and papers. */

import type { SignatureList } from '../../src/campaigns/print/signatures.ts'
import type { TemplateInput } from '../../src/emails/template/compile.ts'
import type { CompiledTemplate } from '../../src/emails/template/template.ts'
import type { Result } from '../../src/kit/result.ts'
import type { Server } from '../local/server.ts'

/** What `preview` uses of `src/renderer/renderer.ts`. */
type Renderer = {
  template(input: TemplateInput): Promise<Result<CompiledTemplate, string>>
  signaturesPage(list: SignatureList, locale: string): Promise<string>
  signaturesPdf(list: SignatureList, paper: 'a4' | 'letter', locale: string): Promise<Uint8Array | null>
}

/** The renderer for one use and language, by the name that `rendererOf` gives it. */
export async function rendererIn({ miniflare }: Server, use: 'mail' | 'print', locale: string): Promise<Renderer> {
  const objects = await miniflare.getDurableObjectNamespace('RENDERER')
  const stub: object = objects.get(objects.idFromName(`${use}/${locale}`))
  return stub as Renderer
}
