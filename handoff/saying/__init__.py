"""What the desk says.

- ``style``: how a desk works and looks
- ``voice``: its words about what agents do, to the thread and to the customer
- ``relays``: what a customer does, as the thread shows it
- ``refusals``: what the thread reads when a platform refuses a message for good
- ``cards``: what is known of a case, in short lines
- ``remembered``: what is remembered where a case happens, in short lines
- ``moods``: how a customer felt, drawn small
- ``dates``: times in words
- ``transcripts``: a conversation in full, in pages
- ``plans``: small builders that all of them share
"""
