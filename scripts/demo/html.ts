import { type DefaultTreeAdapterMap, parse } from 'parse5'

type Node = DefaultTreeAdapterMap['node']
type Element = DefaultTreeAdapterMap['element']

/** A control of a form that can be submitted. */
type Field = {
  name: string
  kind: 'hidden' | 'text' | 'box' | 'choice' | 'button'
  value: string
  checked: boolean // boxes only
  options: readonly string[] // choices only
}
export type Form = { method: string; action: string; fields: Field[] }

const isElement = (node: Node): node is Element => 'tagName' in node
const childrenOf = (node: Node): Node[] => ('childNodes' in node ? node.childNodes : [])
const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((attr) => attr.name === name)?.value

function* elementsUnder(node: Node): Generator<Element> {
  if (isElement(node)) yield node
  for (const child of childrenOf(node)) yield* elementsUnder(child)
}

export function formsIn(html: string): Form[] {
  return [...elementsUnder(parse(html))]
    .filter(({ tagName }) => tagName === 'form')
    .map((form) => ({
      method: attribute(form, 'method')?.toLowerCase() ?? 'get',
      action: attribute(form, 'action') ?? '',
      fields: [...elementsUnder(form)].flatMap(fieldOf),
    }))
}

/** Controls that a form submits (html.spec.whatwg.org, “constructing the entry list”). A button counts only with a name. */
function fieldOf(element: Element): Field[] {
  const name = attribute(element, 'name')
  if (name === undefined || attribute(element, 'disabled') !== undefined) return []
  const field = { name, value: attribute(element, 'value') ?? '', checked: false, options: [] }
  if (element.tagName === 'select') {
    const options = [...elementsUnder(element)].filter(({ tagName }) => tagName === 'option')
    const values = options.map((option) => attribute(option, 'value') ?? '')
    const selected = options.findIndex((option) => attribute(option, 'selected') !== undefined)
    return [{ ...field, kind: 'choice', value: values[Math.max(0, selected)] ?? '', options: values }]
  }
  if (element.tagName === 'textarea') return [{ ...field, kind: 'text', value: textUnder(element) }]
  if (element.tagName === 'button') return [{ ...field, kind: 'button' }]
  if (element.tagName !== 'input') return []
  const type = attribute(element, 'type') ?? 'text'
  if (type === 'checkbox') return [{ ...field, kind: 'box', checked: attribute(element, 'checked') !== undefined }]
  return [{ ...field, kind: type === 'hidden' ? 'hidden' : 'text' }]
}

/** Values that a person enters or chooses, by the control's name. */
export type Answers = Readonly<Record<string, string | readonly string[]>>

/** Name and value pairs in the order of the page. @throws Error if the form has no control for one of the answers */
export function fillIn({ fields }: Form, answers: Answers): URLSearchParams {
  const sent = new URLSearchParams()
  const placed = new Set<string>()
  const answered = (name: string, value: string) => {
    placed.add(`${name}=${value}`)
    sent.append(name, value)
  }
  for (const { name, kind, value, checked, options } of fields) {
    const answer = answers[name]
    const values = answer === undefined ? undefined : [answer].flat()
    if (kind === 'box') {
      if (values === undefined ? checked : values.includes(value)) answered(name, value)
    } else if (kind === 'button') {
      if (values?.includes(value)) answered(name, value)
    } else if (kind === 'hidden' || values?.[0] === undefined) sent.append(name, value)
    else if (kind === 'text' || options.includes(values[0])) answered(name, values[0])
  }
  for (const [name, answer] of Object.entries(answers))
    for (const value of [answer].flat())
      if (!placed.has(`${name}=${value}`)) throw new Error(`the form does not accept “${value}” for ${name}`)
  return sent
}

/** The attributes `lang` and `dir` of the root element. */
export function languageOf(html: string): { lang: string | undefined; dir: string | undefined } {
  const [root] = elementsUnder(parse(html))
  return { lang: root && attribute(root, 'lang'), dir: root && attribute(root, 'dir') }
}

/** Values of an attribute on all elements of the page. */
export const attributesIn = (html: string, name: string): string[] =>
  [...elementsUnder(parse(html))].flatMap((element) => attribute(element, name) ?? [])

const NOT_READ = new Set(['style', 'script', 'template'])

/** The page's text without style sheets, scripts and templates. */
export const textOf = (html: string): string => textUnder(parse(html))

function textUnder(node: Node): string {
  if (node.nodeName === '#text' && 'value' in node) return node.value
  return NOT_READ.has(node.nodeName) ? '' : childrenOf(node).map(textUnder).join('')
}
