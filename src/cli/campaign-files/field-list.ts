import * as z from 'zod'
import { locale, slug } from '../../campaigns/definition.ts'
import { country, date, email, phone, time, webUrl, zone } from '../../campaigns/definition-fields.ts'

/** A field of a campaign's file, from its schema. `path` is `targets[].channels.email`: a list has `[]`. */
export type FileField = {
  path: string
  key: string
  form: string
  isRequired: boolean
  isList: boolean
  fields: FileField[]
}

const FORMS = new Map<unknown, string>([
  [date, 'a day: 2026-03-01'],
  [time, 'a local time: 2026-03-01T16:00'],
  [country, 'a country: NO'],
  [phone, 'an international number'],
  [webUrl, 'a web address'],
  [email, 'an e-mail address'],
  [zone, 'a time zone: Europe/Oslo'],
  [slug, 'lower-case words joined by hyphens'],
  [locale, 'a language tag: en'],
])

/** The fields of an object's schema in their order, with the fields within them. */
export function fieldsOf(schema: z.core.$ZodType, within = ''): FileField[] {
  const inner = unwrapped(schema)
  if (!(inner instanceof z.ZodObject)) return []
  return Object.entries<z.core.$ZodType>(inner.shape).map(([key, value]) => {
    const kept = unwrapped(value)
    const isList = kept instanceof z.ZodArray
    const path = `${within}${key}${isList ? '[]' : ''}`
    const fields = fieldsOf(isList ? kept.element : kept, `${path}.`)
    const isRequired = !(value instanceof z.ZodOptional || value instanceof z.ZodDefault)
    return { path, key, form: formOf(value), isRequired, isList, fields }
  })
}

/** All fields, each before the fields within it. */
export const flat = (fields: readonly FileField[]): FileField[] =>
  fields.flatMap((field) => [field, ...flat(field.fields)])

function formOf(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodDefault) {
    const value: unknown = schema.def.defaultValue
    return `${formOf(schema.unwrap())}${Array.isArray(value) ? '' : `; ${String(value)} if left out`}`
  }
  if (schema instanceof z.ZodOptional) return formOf(schema.unwrap())
  const known = FORMS.get(schema)
  if (known !== undefined) return known
  if (schema instanceof z.ZodArray)
    return isObject(schema.element) ? 'a list' : `a list, each ${formOf(schema.element)}`
  if (schema instanceof z.ZodEnum) return `one of ${schema.options.join(', ')}`
  if (schema instanceof z.ZodUnion) return 'text, or a text per language'
  if (schema instanceof z.ZodBoolean) return 'true or false'
  if (schema instanceof z.ZodNumber) return schema.format === null ? 'a number' : 'a whole number'
  if (isObject(schema)) return 'keys and values'
  return 'text on one line'
}

const isObject = (schema: z.core.$ZodType): boolean => unwrapped(schema) instanceof z.ZodObject

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return unwrapped(schema.unwrap())
  return schema
}
