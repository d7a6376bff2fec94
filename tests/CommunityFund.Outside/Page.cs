using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace CommunityFund.Outside;

/// <summary>An answer of the site, read as a person reads it: by what stands on the page.</summary>
public sealed partial record Page(HttpStatusCode Status, string Location, string Text)
{
    /// <summary>The form's key.</summary>
    public Guid Key => Guid.Parse(Value("FormKey"));

    /// <summary>Series and number of a voucher that has them.</summary>
    public (string Series, int Number)? Number => Numbered().Match(Text) is { Success: true } found
        ? (found.Groups["series"].Value, int.Parse(found.Groups["number"].Value, CultureInfo.InvariantCulture))
        : null;

    /// <summary>The totals of a voucher, debit and credit, in fen.</summary>
    public IReadOnlyList<long> Totals =>
    [
        .. Amount().Matches(Text[Math.Max(0, Text.LastIndexOf("<tfoot>", StringComparison.Ordinal))..])
            .Select(found => decimal.Parse(found.Groups["yuan"].Value, NumberStyles.Number, CultureInfo.InvariantCulture))
            .Select(yuan => (long)(yuan * 100)),
    ];

    public IEnumerable<KeyValuePair<string, string>> Hidden(string name) => [new(name, Value(name))];

    /// <summary>What stands in an input.</summary>
    public string Value(string name)
    {
        Match input = Regex.Match(Text, $"""<input[^>]*\bname="{Regex.Escape(name)}"[^>]*>""");
        input.Success.ShouldBeTrue($"no input {name} in\n{Text}");
        return WebUtility.HtmlDecode(Regex.Match(input.Value, "\\bvalue=\"(?<value>[^\"]*)\"").Groups["value"].Value);
    }

    /// <summary>The first choice with these words in it.</summary>
    public string Option(string words)
    {
        Match option = Regex.Match(Text, $"<option value=\"(?<value>[^\"]*{words}[^\"]*)\"");
        option.Success.ShouldBeTrue($"no choice {words} in\n{Text}");
        return WebUtility.HtmlDecode(option.Groups["value"].Value);
    }

    /// <summary>Where the form of this name goes.</summary>
    public string Action(string handler)
    {
        Match form = Regex.Match(Text, $"<form[^>]*action=\"(?<to>[^\"]*handler={handler}[^\"]*)\"");
        form.Success.ShouldBeTrue($"no form {handler} in\n{Text}");
        return WebUtility.HtmlDecode(form.Groups["to"].Value);
    }

    [GeneratedRegex(@"<dd>(?<series>\p{L})-(?<number>\d+) / ", RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"<td[^>]*\bnum\b[^>]*>\s*(?:<[^>]*>\s*)*(?<yuan>[\d,]+\.\d\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Amount();
}
