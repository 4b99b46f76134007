"""What property tests are about: requests, responses, cases, rules, findings. It runs nothing."""
