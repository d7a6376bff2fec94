using System.Text.RegularExpressions;

namespace CommunityFund.Tests.House;

public sealed class HouseRulesTests
{
    // Every folder may use itself and Books; Demo may use all, Bench what it measures, Backups the check that proves a restore.
    // Adding a feature means adding its row.
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Books"] = [],
        ["Accounts"] = ["Books"],
        ["Agency"] = ["Books"],
        ["Audits"] = ["Books"],
        ["Backups"] = ["Books", "Checks"],
        ["Banking"] = ["Books"],
        ["CashBox"] = ["Books"],
        ["ChangeOver"] = ["Books"],
        ["Checkpoints"] = ["Books"],
        ["Checks"] = ["Books"],
        ["Documents"] = ["Books"],
        ["Donations"] = ["Books"],
        ["Enterprises"] = ["Books"],
        ["Exports"] = ["Books", "Checks", "People", "Statements"],
        ["Funds"] = ["Books"],
        ["Grants"] = ["Books"],
        ["Lots"] = ["Books"],
        ["People"] = ["Books"],
        ["Payments"] = ["Books"],
        ["Periods"] = ["Books"],
        ["PublicMoney"] = ["Books"],
        ["Statements"] = ["Books"],
        ["Stock"] = ["Books"],
        ["TimeBank"] = ["Books"],
        ["Verification"] = ["Books", "Statements"],
        ["Vouchers"] = ["Books"],
        ["Bench"] =
        [
            "Banking", "Books", "Documents", "Donations", "Exports", "Funds", "Grants", "Lots", "People", "Periods", "Statements", "TimeBank", "Verification",
            "Vouchers",
        ],
        ["Demo"] =
        [
            "Accounts", "Agency", "Audits", "Banking", "Books", "ChangeOver", "Documents", "Donations", "Enterprises", "Funds", "Grants", "Payments", "People", "Periods",
            "PublicMoney", "Statements", "Stock", "TimeBank", "Vouchers",
        ],
    };

    private static readonly Dictionary<string, string[]> ProjectReferences = new()
    {
        ["CommunityFund.Ledger"] = [],
        ["CommunityFund"] = ["CommunityFund.Ledger"],
        ["CommunityFund.Web"] = ["CommunityFund"],
        ["CommunityFund.Cli"] = ["CommunityFund"],
    };

    [Fact]
    public void Features_meet_only_in_Books()
    {
        string home = Path.Combine(SourceTree.Root, "src", "CommunityFund");
        List<string> wrong = [];
        foreach (string file in SourceTree.Files("src/CommunityFund", ".cs", ".razor").Where(file => !file.EndsWith("_Imports.razor", StringComparison.Ordinal)))
        {
            string folder = Path.GetRelativePath(home, file).Split(Path.DirectorySeparatorChar)[0];
            Arrows.ShouldContainKey(folder, $"{SourceTree.Name(file)}: a new folder needs its row of arrows");
            wrong.AddRange(Regex.Matches(File.ReadAllText(file), @"CommunityFund\.(?<folder>[A-Z]\w+)")
                .Select(match => match.Groups["folder"].Value)
                .Where(used => used != folder && used != "Ledger" && Arrows.ContainsKey(used) && !Arrows[folder].Contains(used))
                .Select(used => $"{SourceTree.Name(file)} uses {used}"));
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Projects_refer_inward_only()
    {
        foreach ((string project, string[] allowed) in ProjectReferences)
        {
            string text = File.ReadAllText(Path.Combine(SourceTree.Root, "src", project, $"{project}.csproj"));
            Regex.Matches(text, @"ProjectReference Include=""[^""]*?(?<name>[\w.]+)\.csproj""").Select(match => match.Groups["name"].Value)
                .ShouldBeSubsetOf(allowed, project);
        }

        string kernel = File.ReadAllText(Path.Combine(SourceTree.Root, "src", "CommunityFund.Ledger", "CommunityFund.Ledger.csproj"));
        Regex.Matches(kernel, @"PackageReference Include=""(?<name>[^""]+)""").Select(match => match.Groups["name"].Value).ShouldBe(["NodaTime"]);
    }

    [Fact]
    public void The_outside_checker_shares_no_code_with_what_it_checks()
    {
        string outside = Path.Combine(SourceTree.Root, "tests", "CommunityFund.Outside");
        string project = File.ReadAllText(Path.Combine(outside, "CommunityFund.Outside.csproj"));
        Regex.IsMatch(project, @"<ProjectReference|<Reference|<Compile\s").ShouldBeFalse();
        SourceTree.Files("tests/CommunityFund.Outside", ".cs")
            .Where(file => Regex.IsMatch(File.ReadAllText(file), @"\busing CommunityFund\.(?!Outside)")).Select(SourceTree.Name)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_door_writes_the_books()
    {
        Regex writes = new(
            @"(insert\s+into|update|delete\s+from)\s+(journal_entry|posting|balance|fund_position|voucher|hold|gift_lot|lot_move)\b|"
            + @"(post_vouchers|prove_vouchers|lock_voucher|drop_voucher)\s*\(", RegexOptions.IgnoreCase);
        SourceTree.Files("src", ".cs", ".cshtml").Where(file => writes.IsMatch(File.ReadAllText(file))).Select(SourceTree.Name)
            .ShouldBe(["src/CommunityFund/Bench/PassbookRace.cs", "src/CommunityFund/Books/PostingDoor.cs"]);
        SourceTree.Files("src", ".cs").Where(file => Regex.IsMatch(File.ReadAllText(file), @"\bnew PostingDoor\("))
            .Select(SourceTree.Name).Order()
            .ShouldBe(["src/CommunityFund/Bench/PostingLane.cs", "src/CommunityFund/Bench/PreparedVouchers.cs",
            "src/CommunityFund/Books/SignedCommitment.cs", "src/CommunityFund/Books/VoucherWriter.cs",
            "src/CommunityFund/Periods/CloseMonth.cs", "src/CommunityFund/TimeBank/Units/UnitDoor.cs",
            "src/CommunityFund/Vouchers/ReviewVoucher.cs", "src/CommunityFund/Vouchers/WaitingVoucher.cs"]);
    }

    [Fact]
    public void Pages_talk_to_sessions_and_never_to_the_database()
    {
        SourceTree.Files("src/CommunityFund.Web/Pages", ".cs", ".cshtml")
            .Where(file => Regex.IsMatch(File.ReadAllText(file), @"\bFundDb\b|\bNpgsql|EntityFrameworkCore"))
            .Select(SourceTree.Name).ShouldBeEmpty();
    }

    [Fact]
    public void Imports_stand_in_order_those_of_the_system_first()
    {
        SourceTree.Files("src", ".cs").Concat(SourceTree.Files("tests", ".cs")).Where(file =>
        {
            string[] imports = [.. File.ReadLines(file).SkipWhile(line => !line.StartsWith("using ", StringComparison.Ordinal))
                .TakeWhile(line => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=')
                    && !line.StartsWith("using static", StringComparison.Ordinal))
                .Select(line => line[6..].TrimEnd(';'))];
            return !imports.OrderBy(name => name != "System" && !name.StartsWith("System.", StringComparison.Ordinal))
                .ThenBy(name => name.Replace('.', '\u0001'), StringComparer.OrdinalIgnoreCase).SequenceEqual(imports);
        }).Select(SourceTree.Name).ShouldBeEmpty();
    }

    [Fact]
    public void A_namespace_is_that_of_its_whole_file()
    {
        // The analyzer of this one rule brings a hundred others, which take half the time of a build to say nothing.
        SourceTree.Files("src", ".cs").Concat(SourceTree.Files("tests", ".cs"))
            .Where(file => File.ReadLines(file).Any(line => Regex.IsMatch(line, @"^\s*namespace [^;]*$"))).Select(SourceTree.Name).ShouldBeEmpty();
    }

    [Fact]
    public void No_file_is_longer_than_a_reader_bears()
    {
        SourceTree.Files("src", ".cs", ".cshtml", ".razor", ".js", ".css").Concat(SourceTree.Files("tests", ".cs"))
            .Concat(SourceTree.Files("migrations", ".sql"))
            .Select(file => (Name: SourceTree.Name(file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > 400).ShouldBeEmpty();
        SourceTree.Files("src", ".cs")
            .SelectMany(file =>
            File.ReadLines(file).Select((line, index) => (Where: $"{SourceTree.Name(file)}:{index + 1}", line.Length)))
            .Where(line => line.Length > 150).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(@"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b", "the clock is injected")]
    [InlineData(@"SystemClock\.Instance", "the clock is injected",
        "src/CommunityFund.Web/Hosting/WebHost.cs", "src/CommunityFund.Web/Hosting/FirstStart.cs",
            "src/CommunityFund.Cli/Program.cs")]
    [InlineData(@"\b(double|float)\b", "money and measures are whole or decimal")]
    [InlineData(@"(FromSqlRaw|ExecuteSqlRaw|SqlQueryRaw)", "SQL takes parameters only as interpolation")]
    [InlineData(@"#region", "regions hide length")]
    [InlineData(@"\b(class|record|interface)\s+\w*(Manager|Helper|Service|Util|Dto|Impl)\b", "names say what a thing is",
        // Here a service is what one neighbour does for another.
        "src/CommunityFund/TimeBank/Exchange/AskForService.cs", "src/CommunityFund/TimeBank/Exchange/ConfirmService.cs",
        "src/CommunityFund/TimeBank/Exchange/OfferService.cs")]
    [InlineData(@"Html\.Raw\(|MarkupString|AddMarkupContent", "output is encoded")]
    [InlineData(@"XDocument\.(Parse|Load)|DtdProcessing\.Parse", "entities are never expanded")]
    public void Some_calls_are_banned(string pattern, string why, params string[] except)
    {
        SourceTree.Files("src", ".cs", ".cshtml", ".razor").Where(file => Regex.IsMatch(File.ReadAllText(file), pattern))
            .Select(SourceTree.Name)
            .Except(except).ShouldBeEmpty(why);
    }

    [Fact]
    public void The_kernel_reads_no_clock_no_file_and_no_culture()
    {
        SourceTree.Files("src/CommunityFund.Ledger", ".cs")
            .Where(file => Regex.IsMatch(File.ReadAllText(file),
            @"System\.IO|\bFile\.|CurrentCulture|CurrentUICulture|HttpClient|Npgsql"))
            .Select(SourceTree.Name).ShouldBeEmpty();
    }

    /// <summary>Drawn again after another button of its form, a page has that button's address; one that says none would go there too.</summary>
    [Fact]
    public void A_button_beside_one_with_an_address_says_its_own()
    {
        List<string> silent = [];
        foreach (string file in SourceTree.Files("src/CommunityFund.Web/Pages", ".cshtml"))
        {
            foreach (Match form in Regex.Matches(File.ReadAllText(file), @"<form\b(?<head>[^>]*)>(?<body>.*?)</form>", RegexOptions.Singleline))
            {
                string head = form.Groups["head"].Value, body = form.Groups["body"].Value;
                if (head.Contains("method=\"post\"", StringComparison.Ordinal) && !Regex.IsMatch(head, @"asp-page|\baction=")
                    && body.Contains("formaction=", StringComparison.Ordinal))
                {
                    silent.AddRange(Regex.Matches(body, @"<button\b[^>]*type=""submit""[^>]*>").Select(button => button.Value)
                        .Where(button => !Regex.IsMatch(button, "formaction=|asp-page-handler"))
                        .Select(button => $"{SourceTree.Name(file)}: {button}"));
                }
            }
        }

        silent.ShouldBeEmpty();
    }

    /// <summary>ASP.NET writes no token into a form with a literal address unless it is told to, and then nothing that is sent is taken.</summary>
    [Fact]
    public void A_form_that_says_its_own_address_says_whether_it_carries_a_forgery_token()
    {
        SourceTree.Files("src/CommunityFund.Web/Pages", ".cshtml")
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), @"<form\b[^>]*>").Select(form => (File: SourceTree.Name(file), form.Value)))
            .Where(form => form.Value.Contains("method=\"post\"", StringComparison.Ordinal) && Regex.IsMatch(form.Value, @"\saction=")
                && !form.Value.Contains("asp-antiforgery=", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }
}
