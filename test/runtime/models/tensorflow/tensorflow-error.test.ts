import { describe, expect, it } from 'vitest';
import { tensorFlowError } from '../../../../src/runtime/models/tensorflow/tensorflow-error.js';

describe('tensorFlowError()', () => {
  // Texts as TensorFlow 2.21 and 2.9 and the addon have them.
  it.each([
    [
      'a node of a function',
      'Session fail to run with error: indices[0] = 7 is not in [0, 3)\n\t [[{{function_node __inference_lookup_93}}{{node Gather}}]]',
      'its node Gather failed: indices[0] = 7 is not in [0, 3)',
    ],
    [
      'several of the same',
      'Session fail to run with error: 2 root error(s) found.\n  (0) INVALID_ARGUMENT: indices[0] = 7 is not in [0, 3)\n\t [[{{node model/Gather}}]]\n\t [[StatefulPartitionedCall]]\n  (1) INVALID_ARGUMENT: indices[0] = 7 is not in [0, 3)\n\t [[{{node model/Gather}}]]',
      'its node model/Gather failed: indices[0] = 7 is not in [0, 3)',
    ],
    [
      'an operator outside of a graph',
      'Invalid TF_Status: 3\nMessage: Matrix size-incompatible: In[0]: [1,2], In[1]: [1,2]',
      'Matrix size-incompatible: In[0]: [1,2], In[1]: [1,2]',
    ],
    [
      'a model that does not load',
      'Failed to load SavedModel: Could not find SavedModel .pb or .pbtxt',
      'Could not find SavedModel .pb or .pbtxt',
    ],
    ['what it does not know', 'out of luck', 'out of luck'],
  ])('says in plain words: %s', (_, text, expected) => {
    const thrown = new Error(text);
    expect(tensorFlowError(thrown)).toMatchObject({ message: expected, cause: thrown });
  });
});
