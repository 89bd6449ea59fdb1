import type { TemplateInput } from '../emails/template/compile.ts'
import type { Template } from '../emails/template/template.ts'
import { templateHash } from '../emails/template/template-hash.ts'
import { rendererOf } from '../objects.ts'

/** Most templates cached per isolate, about 50 kB each: those of a few mailings in all languages. */
const MAX_CACHED = 20
const cached = new Map<string, Template>()

/**
 * The compiled template of an e-mail, from the isolate's cache or the renderer of its language.
 * @throws Error naming the file and line of a broken template, or what the input lacks.
 */
export async function templateOf(env: Env, input: TemplateInput): Promise<Template> {
  const hash = await templateHash(input)
  const known = cached.get(hash)
  if (known !== undefined) return known
  const made = await rendererOf(env, 'mail', input.locale).template(input)
  if (!made.ok) throw new Error(made.error)
  cached.set(hash, made.value.template)
  const [oldest] = cached.keys()
  if (cached.size > MAX_CACHED && oldest !== undefined) cached.delete(oldest)
  return made.value.template
}
