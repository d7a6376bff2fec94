namespace CommunityFund.Grants.Meetings;

/// <summary>
/// Counts and ranks: a project's score is the sum of weight times votes (mode count), or of weight times the share of votes among those who
/// could vote on it (mode share). Groups count by head, or each as a whole by its weight. Exact throughout; pure.
/// </summary>
public static class VoteCount
{
    /// <summary>The ranking, best first; projects that only a lot will part share a rank and say so.</summary>
    public static IReadOnlyList<ProjectScore> Rank(VoteRules rules, IReadOnlyList<ProjectBox> projects)
    {
        List<(ProjectBox Box, Fraction Score, int[] Votes)> scored =
        [
            .. projects.Select(box => (box, Score(rules, box), Enumerable.Range(0, rules.Weights.Count)
                .Select(criterion => box.Groups.Sum(group => group.Votes(criterion))).ToArray())),
        ];
        scored.Sort((left, right) => Compare(rules, left, right) is var (order, _) && order != 0 ? order : left.Box.Grant.CompareTo(right.Box.Grant));
        List<ProjectScore> ranked = [];
        int rank = 0;
        for (int i = 0; i < scored.Count; i++)
        {
            var (above, aboveBy) = i > 0 ? Compare(rules, scored[i - 1], scored[i]) : (-1, null);
            var (below, belowBy) = i + 1 < scored.Count ? Compare(rules, scored[i], scored[i + 1]) : (-1, null);
            rank = above == 0 ? rank : i + 1;
            ProjectBox box = scored[i].Box;
            ranked.Add(new ProjectScore(box.Grant, rank, scored[i].Score, scored[i].Votes, box.Groups.Sum(group => group.Entitled),
                box.Groups.Sum(group => group.Ballots), aboveBy ?? belowBy, above == 0 || below == 0));
        }

        return ranked;
    }

    /// <summary>The score by itself.</summary>
    public static Fraction Score(VoteRules rules, ProjectBox box)
    {
        Fraction score = Fraction.Zero;
        for (int criterion = 0; criterion < rules.Weights.Count; criterion++)
        {
            score += Fraction.Of(rules.Weights[criterion]) * Part(rules, box, criterion);
        }

        return score;
    }

    /// <summary>What is counted on one criterion before its weight.</summary>
    private static Fraction Part(VoteRules rules, ProjectBox box, int criterion)
    {
        Dictionary<short, int> weights = rules.Groups.ToDictionary(group => group.No, group => rules.WeighsGroups ? group.Weight : 1);
        if (rules.Mode == VoteMode.Count)
        {
            return Fraction.Of(box.Groups.Sum(group => (long)weights[group.Group] * group.Votes(criterion)));
        }

        if (!rules.WeighsGroups)
        {
            int could = box.Groups.Sum(group => group.Entitled);
            return could == 0 ? Fraction.Zero : Fraction.Of(box.Groups.Sum(group => group.Votes(criterion)), could);
        }

        // A group of which nobody could vote on the project neither adds nor takes away.
        GroupBox[] heard = [.. box.Groups.Where(group => group.Entitled > 0)];
        return heard.Length == 0 ? Fraction.Zero
            : heard.Aggregate(Fraction.Zero, (sum, group) =>
                sum + Fraction.Of((long)weights[group.Group] * group.Votes(criterion), group.Entitled))
                / Fraction.Of(heard.Sum(group => weights[group.Group]));
    }

    /// <summary>Which comes first, and by what rule if the scores are equal; 0 if nothing parts the two.</summary>
    private static (int Order, TieRule? By) Compare(VoteRules rules, (ProjectBox Box, Fraction Score, int[] Votes) left,
        (ProjectBox Box, Fraction Score, int[] Votes) right)
    {
        if (right.Score.CompareTo(left.Score) is var byScore && byScore != 0)
        {
            return (byScore, null);
        }

        foreach (TieRule tie in rules.Ties)
        {
            int order = tie switch
            {
                TieRule.FirstCriterion => right.Votes[0].CompareTo(left.Votes[0]),
                TieRule.MoreVotes => right.Votes.Sum().CompareTo(left.Votes.Sum()),
                TieRule.SmallerRequest => left.Box.Requested.CompareTo(right.Box.Requested),
                _ => left.Box.Lot is { } one && right.Box.Lot is { } other ? one.CompareTo(other) : 0,
            };
            if (order != 0)
            {
                return (order, tie);
            }
        }

        return (0, null);
    }
}
