using System.Globalization;

namespace CommunityFund.Books;

/// <summary>How the sheets lie.</summary>
public enum PaperSide
{
    /// <summary>A4 upright.</summary>
    Upright,

    /// <summary>A4 across.</summary>
    Across,
}

/// <summary>
/// Something to print on A4: a component that draws it, the facts it draws, and what stands in the margins of every page.
/// </summary>
/// <param name="Title">What it is, also the title of the file for a reader that is blind.</param>
/// <param name="Body">Whose it is; empty leaves the running head out, for forms that carry their own.</param>
/// <param name="File">Name of the file without its ending.</param>
/// <param name="Drawing">A print component.</param>
/// <param name="Facts">Its parameters by name.</param>
/// <param name="Style">Name of the style sheet beside the common one.</param>
/// <param name="Rows">How many rows it has, which is how long the browser will be busy with it.</param>
public sealed record PaperSheet(
    string Title, string Body, string File, PaperSide Side, Type Drawing, IReadOnlyDictionary<string, object?> Facts, string Style,
    int Rows = 0)
{
    /// <summary>It would have more rows than are printed in one go.</summary>
    public const string TooLong = "paper.too-long";

    /// <summary>The most rows that are printed in one go: some hundred pages.</summary>
    public const int MostRows = 5_000;

    /// <summary>Whether pages are numbered and say whose they are; notices, each on a page of its own, are not.</summary>
    public bool IsNumbered { get; init; } = true;

    /// <summary>Name of the PDF, without what a file name cannot hold.</summary>
    public string FileName =>
        new string([.. SheetText.Clean(File).Where(c => !@"\/:*?""<>|".Contains(c, StringComparison.Ordinal))])
            .Replace(' ', '-') + ".pdf";

    /// <summary>The language it is written in, as the reader's is now.</summary>
    internal string Language { get; } = CultureInfo.CurrentUICulture.Name;
}
