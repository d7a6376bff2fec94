using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>A statement as it is signed and filed; that of one fund as a notice for the board, on one page whatever it holds.</summary>
public static class FormPaper
{
    // Tenths of a millimetre: what is left of a page beside title, heads and signatures, what a line below the table takes, and how
    // high rows are.
    private const int RoomUpright = 2_020, RoomAcross = 1_150, Below = 36, Least = 34, Most = 62, OnManyPages = 50;

    // From here on a figure in bold does not fit a column of an upright page with two sides.
    private const int LongUpright = 12;

    // How many letters go into a caption; a Chinese character is as wide as two.
    private const int LettersTwoSided = 32, LettersAcross = 44, LettersUpright = 62;

    public static PaperSheet Of(FormView view, Words words)
    {
        bool notice = view.Layout.OfFund;
        PaperSide side = IsWide(view) ? PaperSide.Across : PaperSide.Upright;
        Dictionary<string, object?> facts = new(StringComparer.Ordinal) { [nameof(FormPrint.View)] = view };
        if (!notice)
        {
            facts[nameof(FormPrint.RowHeight)] = RowHeight(view, side, words);
        }

        return new PaperSheet(
            view.Layout.Title.ToString(), view.Head.Body, Path.GetFileNameWithoutExtension(FormWorkbook.FileName(view, "pdf")), side,
            notice ? typeof(FundNotice) : typeof(FormPrint), facts, "form-print", view.Rows.Count)
        { IsNumbered = !notice };
    }

    /// <summary>Notices of several funds in one file, a page each: a file takes the browser long to begin and to end, and a page more hardly
    /// anything.</summary>
    /// <param name="views">In the order of their pages; one at least.</param>
    public static PaperSheet Notices(IReadOnlyList<FormView> views, Words words) => Of(views[0], words) with
    {
        File = Path.GetFileNameWithoutExtension(FormWorkbook.FileName(views[0], "pdf", views.Count == 1 ? null : views[^1].Head.Funds.Root!.Code)),
        Drawing = typeof(FundNotices),
        Facts = new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(FundNotices.Views)] = views },
        Rows = views.Sum(view => view.Rows.Count),
    };

    /// <summary>Captions need room beside the figures: more than four columns of them lie across, and two sides with millions.</summary>
    private static bool IsWide(FormView view) => view.Columns.Count * (view.Layout.IsTwoSided ? 2 : 1) > 4
        || (view.Layout.IsTwoSided && view.Rows.SelectMany(row => row.Figures ?? []).OfType<Amount>()
            .Any(figure => Figures.Of(figure).Length >= LongUpright));

    /// <summary>What fits on one page is spread over it; what does not takes the pages it needs.</summary>
    private static int RowHeight(FormView view, PaperSide side, Words words)
    {
        int letters = view.Layout.IsTwoSided ? LettersTwoSided : side == PaperSide.Across ? LettersAcross : LettersUpright;
        FormViewRow[] left = [.. view.On(FormSide.Left)], right = [.. view.On(FormSide.Right)];
        int tenths = Enumerable.Range(0, Math.Max(1, Math.Max(left.Length, right.Length)))
            .Sum(at => Math.Max(Tenths(left.ElementAtOrDefault(at), letters), Tenths(right.ElementAtOrDefault(at), letters)));
        int below = (FormControls.Lines(view, words).Count() + 1) / 2 + (view.IsSettled ? 0 : 2);
        int height = ((side == PaperSide.Across ? RoomAcross : RoomUpright) - (below * Below)) * 10 / tenths;
        return height < Least ? OnManyPages : Math.Min(height, Most);
    }

    /// <summary>Tenths of a row: lines of letters are closer than rows.</summary>
    private static int Tenths(FormViewRow? row, int letters)
    {
        int width = row is null ? 0 : (3 * row.Indent) + row.Name.ToString().EnumerateRunes().Sum(rune => rune.Value < 0x2e80 ? 1 : 2);
        int lines = Math.Max(1, (width + letters - 1) / letters);
        return lines == 1 ? 10 : 8 * lines;
    }
}
