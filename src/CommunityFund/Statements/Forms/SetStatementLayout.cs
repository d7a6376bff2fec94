using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>The foundation lays out statements of its own, or instead of shipped ones of the same key, without the program being changed. What
/// is wrong is refused by file, line and reason and changes nothing.</summary>
/// <param name="File">Name of the file, without .yaml.</param>
/// <param name="Text">As the shipped files are written; empty takes the file away.</param>
/// <param name="Reason">Why, for whoever asks later.</param>
public sealed record SetStatementLayout(Guid Key, string Standard, string File, string Text, string Reason) : Command<Done>(Key)
{
    /// <summary>The name is not one that a file can have here.</summary>
    public const string BadName = "statement-layout.bad-name";

    /// <summary>No reason, or one that is too long.</summary>
    public const string NeedsReason = "statement-layout.needs-reason";

    /// <summary>The text is too long.</summary>
    public const string TooLong = "statement-layout.too-long";

    /// <summary>The book is not kept by this standard.</summary>
    public const string OtherStandard = "statement-layout.other-standard";

    /// <summary>A row is made of more parts than anybody can follow.</summary>
    public const string TooManyParts = "statement-layout.too-many-parts";

    /// <summary>More files than anybody keeps in mind.</summary>
    public const string TooMany = "statement-layout.too-many";

    /// <summary>Two files of the foundation lay out the same statement.</summary>
    public const string Twice = "statement-layout.twice";

    internal const int LongestText = 60_000, MostFiles = 20;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Accountant).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        string file = File.Trim(), reason = PlainText.Of(Reason), text = Text.ReplaceLineEndings("\n");
        if (file.Length is 0 or > 40 || !file.All(sign => char.IsAsciiLetterLower(sign) || char.IsAsciiDigit(sign) || sign == '-'))
        {
            throw new RefusedException(BadName, ("typed", file));
        }

        if (reason.Length is 0 or > 200)
        {
            throw new RefusedException(NeedsReason, ("limit", 200));
        }

        if (text.Length > LongestText)
        {
            throw new RefusedException(TooLong, ("length", text.Length), ("limit", LongestText));
        }

        FormChart chart = await FormChart.Under(work, Standard, ct)
            ?? throw new RefusedException(OtherStandard, ("typed", Standard));
        OwnLayout row = new()
        {
            BookId = work.Book,
            Standard = Standard,
            File = file,
            Text = string.IsNullOrWhiteSpace(text) ? "" : text,
            Reason = reason,
            SetBy = work.ActorId,
            SetAt = work.Now,
        };
        IReadOnlyList<OwnLayout> own = [.. (await StatementLayouts.Own(work, Standard, ct)).Where(each => each.File != file), row];
        if (own.Count > MostFiles)
        {
            throw new RefusedException(TooMany, ("limit", MostFiles));
        }

        StatementLayouts.Prove(StatementLayouts.With(own, chart));
        work.Db.Add(row);
        return Done.It;
    }
}
