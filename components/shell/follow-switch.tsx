'use client'

import { useEffect } from 'react'

/**
 * One browser looks at one organisation. A tab that was open while another one switched would show one and act for the
 * other: it goes to the billing page of the new one instead.
 */
export function FollowSwitch({ slug }: Readonly<{ slug: string }>) {
  useEffect(() => {
    const channel = new BroadcastChannel('talktime.organisation')
    channel.postMessage(slug)
    channel.onmessage = ({ data }) => {
      if (data !== slug) location.replace('/billing')
    }
    return () => channel.close()
  }, [slug])

  return null
}
