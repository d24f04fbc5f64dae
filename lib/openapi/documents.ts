import { chugerDocument } from './chuger'
import { dialDocument } from './dial'
import { dreadnodeDocument } from './dreadnode'
import type { ApiDocument } from './operation'
import { talkoverDocument } from './talkover'
import { talktimeDocument } from './talktime'

/** Every API that is served here, by the name of its document. */
export const API_DOCUMENTS = {
  dial: dialDocument,
  talkover: talkoverDocument,
  dreadnode: dreadnodeDocument,
  chuger: chugerDocument,
  talktime: talktimeDocument,
} as const satisfies Record<string, ApiDocument>

export type ApiName = keyof typeof API_DOCUMENTS

export const API_NAMES = Object.keys(API_DOCUMENTS).filter(isApiName)

export function isApiName(name: string): name is ApiName {
  return Object.hasOwn(API_DOCUMENTS, name)
}
