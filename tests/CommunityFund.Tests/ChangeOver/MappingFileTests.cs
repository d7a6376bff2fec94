using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Tests.ChangingOver;

public sealed class MappingFileTests
{
    private const string Cash = "{ old: 1001, new: 1001, key: cash, what: same }";
    private const string Split = "{ key: long-term-deferred, debit: long-term-deferred-expenses, credit: deferred-expenses,";

    private static readonly string Shipped = Read(Standards.After("cn-npo-2004")!.File);

    /// <summary>What is wrong, and the change to the shipped table that brings it about; the line is where the change begins.</summary>
    public static TheoryData<MappingFlaw, string, string> Flaws => new()
    {
        { MappingFlaw.UnknownStandard, "from: cn-npo-2004", "from: cn-npo-1998" },
        { MappingFlaw.UnknownStandard, "to: cn-npo-2026", "to: cn-npo-2004" },
        { MappingFlaw.UnknownAccount, Cash, "{ old: 1001, new: 1001, key: cash-box, what: same }" },
        { MappingFlaw.UnknownAccount, Split, Split.Replace("debit: long-term-", "debit: long-", StringComparison.Ordinal) },
        { MappingFlaw.CodeUnlikeChart, Cash, "{ old: 1002, new: 1001, key: cash, what: same }" },
        { MappingFlaw.CodeUnlikeChart, Cash, "{ old: 1001, new: 1801, key: cash, what: same }" },
        { MappingFlaw.Twice, Cash, Cash + "\n  - " + Cash },
        { MappingFlaw.PartsMisplaced, Cash, "{ old: 1001, new: 1001, key: cash, what: split }" },
        { MappingFlaw.PartsMisplaced, Cash, "{ old: 1001, new: 1001, key: cash, what: gone }" },
        { MappingFlaw.PartsMisplaced, Cash, "{ old: 1001, new: 1001, key: cash, what: merged }" },
        { MappingFlaw.PartElsewhere, Split, Split.Replace("credit: deferred", "credit: long-term-deferred", StringComparison.Ordinal) },
        { MappingFlaw.NotConvertible, Split, Split.Replace("debit: long-term-deferred-expenses", "debit: donation-income", StringComparison.Ordinal) },
        { MappingFlaw.NotConvertible, Cash, "{ old: 1001, new: 1002, key: cash, what: merged, to: bank }" },
    };

    [Fact]
    public void Every_account_of_2004_has_its_place_in_2026_and_nothing_follows_that()
    {
        StandardMapping mapping = Standards.After("cn-npo-2004")!;
        mapping.Accounts.Select(row => row.Old.Key).ShouldBe(mapping.From.Accounts.Select(account => account.Key), ignoreOrder: true);
        Standards.After("cn-npo-2026").ShouldBeNull();

        // The codes that mean something else now (regulation 1.2) are said where they are used.
        mapping.Accounts.Where(row => mapping.CodeMeant(row) is not null).Select(row => $"{row.New!.Code} {mapping.CodeMeant(row)!.NameZh}")
            .ShouldBe(["5301 筹资费用", "5401 其他费用"]);
    }

    [Theory]
    [MemberData(nameof(Flaws))]
    public void A_broken_table_is_refused_with_its_line_and_reason(MappingFlaw flaw, string was, string now)
    {
        int at = Shipped.IndexOf(was, StringComparison.Ordinal);
        at.ShouldBeGreaterThan(0);
        int differs = was.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        int line = Shipped[..at].Count(sign => sign == '\n') + 1 + now[..Math.Min(differs, now.Length)].Count(sign => sign == '\n');
        Refusal no = Should.Throw<RefusedException>(() => StandardMappingFile.Read("trial.yaml",
            $"{Shipped[..at]}{now}{Shipped[(at + was.Length)..]}", Standards.All)).Refusal;
        (no.Code, no.Facts["reason"]).ShouldBe((StandardMappingFile.BrokenMapping, flaw), $"{no.Facts["detail"]}");
        ((int)no.Facts["line"]!).ShouldBeInRange(line, line + 1);
        foreach (string language in new[] { "zh-CN", "en" })
        {
            Words.From([typeof(Words).Assembly]).Of(no, CultureInfo.GetCultureInfo(language)).ShouldContain("trial.yaml");
        }
    }

    [Fact]
    public void An_account_left_out_is_named_and_all_flaws_are_tried()
    {
        Refusal no = Should.Throw<RefusedException>(() => StandardMappingFile.Read(
            "trial.yaml", Shipped.Replace($"  - {Cash}\n", "", StringComparison.Ordinal), Standards.All)).Refusal;
        (no.Facts["reason"], no.Facts["detail"]).ShouldBe((MappingFlaw.NotMapped, "1001 cash"));
        Flaws.Select(row => row.Data.Item1).Append(MappingFlaw.NotMapped).Distinct().ShouldBe(Enum.GetValues<MappingFlaw>(), ignoreOrder: true);
    }

    [Fact]
    public void Classes_of_projects_are_data_with_a_key_each()
    {
        ProjectClass.All.Select(each => each.Key).ShouldBe(
            ["children", "elderly", "disability", "relief", "neighbourhood", "environment", "culture", "volunteering",
            "due-within-year", "debt", "other"]);
        Refusal no = Should.Throw<RefusedException>(() => ProjectClass.Read(
            "trial.yaml", new StringReader("classes:\n  - { key: a, zh: 甲, en: A }\n  - { key: a, zh: 乙, en: B }"))).Refusal;
        (no.Facts["reason"], no.Facts["line"]).ShouldBe((StandardFlaw.DuplicateKey, 3));
    }

    private static string Read(string file)
    {
        using StreamReader text = new(typeof(Standards).Assembly.GetManifestResourceStream(file)!);
        return text.ReadToEnd();
    }
}
