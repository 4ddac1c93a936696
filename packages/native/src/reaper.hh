#pragma once

#include <memory>

#include "start.hh"

// Waits for a child whose event loop is gone: a Worker's, whose children run on when it ends.
void reapLater(std::shared_ptr<Start> start);
