using System.Globalization;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Grants.Awards;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Tests.Grants.Tranches;

/// <summary>The table of a tranche's moves: the database has the same one, every word in it has a name in both languages, and its picture is
/// the one that the papers show. WRITE_SAMPLES=1 draws the picture anew, to be looked at before it is kept.</summary>
public sealed class TrancheLifeTests
{
    private static readonly string Place = Path.Combine(Books.SourceTree.Root, "reports", "samples", "tranche-life.md");
    private static readonly Words Spoken = Words.From([typeof(Words).Assembly]);

    [Fact]
    public async Task The_database_has_the_programs_table_and_no_other_row()
    {
        await using TestBody body = await TestBody.New();
        await using FundDb db = body.Db();
        string[] kept = [.. (await db.Set<TrancheRule>().AsNoTracking().ToListAsync())
            .Select(rule => $"{rule.FromState}|{rule.Move}|{rule.ToState}|{rule.Mover}|{rule.Posts}").Order(StringComparer.Ordinal)];
        string[] written = [.. TrancheLife.Table.Rules.Select(rule => string.Join('|', rule.From is { } from ? Codes.Kebab(from) : "", Codes.Kebab(rule.Move),
            Codes.Kebab(rule.To), Codes.Kebab(rule.By.Single()), rule.Posts ?? "")).Order(StringComparer.Ordinal)];
        kept.ShouldBe(written);
        written.Length.ShouldBeGreaterThan(70);
    }

    [Fact]
    public void Every_state_and_move_has_a_name_in_both_languages_and_a_place_in_the_table()
    {
        foreach (Enum value in Enum.GetValues<TrancheState>().Cast<Enum>().Concat(Enum.GetValues<TrancheMove>().Cast<Enum>()).Concat(Enum.GetValues<ApprovalTier>().Cast<Enum>()))
        {
            (string zh, string en) = (Said(value, "zh-CN"), Said(value, "en"));
            zh.ShouldNotBe(en);
            zh.Any(sign => char.IsAsciiLetter(sign)).ShouldBeFalse(zh);
        }

        Enum.GetValues<TrancheState>().Except(TrancheLife.Table.Rules.Select(rule => rule.To)).ShouldBeEmpty();
        Enum.GetValues<TrancheMove>().Except(TrancheLife.Table.Rules.Select(rule => rule.Move)).ShouldBeEmpty();
        Enum.GetValues<TrancheState>().Where(TrancheLife.Table.IsEnd)
            .ShouldBe([TrancheState.ClawedBack, TrancheState.Declined, TrancheState.Cancelled, TrancheState.Expired]);
    }

    [Fact]
    public async Task The_picture_in_the_papers_is_the_tables()
    {
        StringBuilder text = new();
        text.Append("# 拨付流程 / The life of a tranche\n\n由程序从流程表画出，和程序里的“资助流程”页相同。 Drawn by the program from the table of moves, as its page shows it.\n");
        foreach (string language in new[] { "zh-CN", "en" })
        {
            text.Append("\n```mermaid\n").Append(TrancheLife.Table.Mermaid(state => Said(state, language), move => Said(move, language), mover => Said(mover, language)))
                .Append("```\n");
        }

        if (Environment.GetEnvironmentVariable("WRITE_SAMPLES") == "1")
        {
            await File.WriteAllTextAsync(Place, text.ToString());
        }

        text.ToString().ShouldBe(await File.ReadAllTextAsync(Place));
    }

    private static string Said(Enum value, string language) => Spoken.Show(value, CultureInfo.GetCultureInfo(language));
}
