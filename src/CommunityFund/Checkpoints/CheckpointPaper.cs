using CommunityFund.Books;

namespace CommunityFund.Checkpoints;

/// <summary>The seals on paper, to be kept where no computer reaches them.</summary>
public static class CheckpointPaper
{
    public static PaperSheet Of(SealsView view, Words words) => new(
        words["checkpoint.paper.title"], view.Body, $"{words["checkpoint.paper.title"].Value}-{view.Body}-{words.Show(view.AsOf)[..10]}",
        PaperSide.Upright, typeof(CheckpointPrint), new Dictionary<string, object?> { [nameof(CheckpointPrint.View)] = view },
        "checkpoint-print", view.Lines.Count);
}
