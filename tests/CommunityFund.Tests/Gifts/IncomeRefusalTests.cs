using System.Globalization;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Tests.Books;

namespace CommunityFund.Tests.Gifts;

/// <summary>
/// What income may not be, provoked one by one and printed as a person reads it: reports/samples/income-refusals.txt. WRITE_SAMPLES=1 writes
/// it anew, to be read by people before it is kept.
/// </summary>
public sealed class IncomeRefusalTests
{
    private static readonly string Place = Path.Combine(SourceTree.Root, "reports", "samples", "income-refusals.txt");

    // Chinese asks with 请 or names the next step; English asks in the imperative or names who acts.
    private static readonly string[] Asks = ["请", "由会计", "先"];

    [Fact]
    public async Task Every_refusal_of_income_says_rule_fact_and_remedy_in_both_languages()
    {
        await using TestBody body = await Donations.ReceiptTests.Body();
        StringBuilder told = new();
        HashSet<string> codes = [];
        foreach (IncomeRefusal each in await IncomeRefusals.All(body))
        {
            Refusal refusal = (await Should.ThrowAsync<RefusedException>(each.Act, each.What)).Refusal;
            refusal.Code.ShouldBe(each.Code, each.What);
            codes.Add(refusal.Code);
            (string zh, string en) = (Said(refusal, "zh-CN"), Said(refusal, "en"));
            Asks.ShouldContain(asks => zh.Contains(asks, StringComparison.Ordinal), $"{each.What}: {zh}");
            zh.ShouldNotBe(en);
            foreach ((string fact, string language) in each.Facts.SelectMany(fact => new[] { (fact, "zh-CN"), (fact, "en") }))
            {
                string shown = Spoken.Show(refusal.Facts[fact], CultureInfo.GetCultureInfo(language));
                (language == "en" ? en : zh).ShouldContain(shown, Case.Sensitive, $"{each.What}: {fact}");
            }

            told.Append(CultureInfo.InvariantCulture, $"{each.What}\n  [{refusal.Code}]\n  {zh}\n  {en}\n\n");
        }

        codes.Count.ShouldBeGreaterThan(40);
        if (Environment.GetEnvironmentVariable("WRITE_SAMPLES") == "1")
        {
            await File.WriteAllTextAsync(Place, told.ToString());
        }

        told.ToString().ShouldBe(await File.ReadAllTextAsync(Place));
    }

    private static Words Spoken { get; } = Words.From([typeof(Words).Assembly]);

    private static string Said(Refusal refusal, string language) => Spoken.Of(refusal, CultureInfo.GetCultureInfo(language));
}

/// <summary>Something that income may not be.</summary>
/// <param name="What">What somebody wants to do.</param>
/// <param name="Code">How it is refused.</param>
/// <param name="Facts">Facts of the refusal that both languages must show.</param>
internal sealed record IncomeRefusal(string What, Func<Task> Act, string Code, params string[] Facts);
