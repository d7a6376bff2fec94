using System.Globalization;
using System.Text;
using YamlDotNet.RepresentationModel;

namespace CommunityFund.Payments;

/// <summary>A column of a payment file: its heading and what stands in it.</summary>
/// <param name="Take">row, id, account, name, bank, amount, purpose, from, day, text or blank.</param>
/// <param name="Text">What stands in every cell of a text column.</param>
public sealed record PaymentColumn(string Title, string Take, string Text);

/// <summary>How a bank wants its payment files: columns as data, read from <c>Payments/layouts.yaml</c>.</summary>
public sealed record PaymentLayout(string Key, string NameZh, string NameEn, string Encoding, IReadOnlyList<PaymentColumn> Columns)
{
    private static readonly string[] Known = ["row", "id", "account", "name", "bank", "amount", "purpose", "from", "day", "text", "blank"];

    public static IReadOnlyList<PaymentLayout> All { get; } = Read();

    /// <summary>In the reader's language.</summary>
    public string Name => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? NameEn : NameZh;

    public static PaymentLayout? Find(string? key) => All.FirstOrDefault(layout => layout.Key == key);

    private static List<PaymentLayout> Read()
    {
        using StreamReader text = new(typeof(PaymentLayout).Assembly.GetManifestResourceStream("payments/layouts.yaml")!, System.Text.Encoding.UTF8);
        YamlStream yaml = [];
        yaml.Load(text);
        return
        [
            .. ((YamlSequenceNode)yaml.Documents[0].RootNode).Select(layout => new PaymentLayout(
                Of(layout, "key"), Of(layout, "zh"), Of(layout, "en"), Of(layout, "encoding"),
                [
                    .. ((YamlSequenceNode)layout["columns"]).Select(column => new PaymentColumn(
                        Of(column, "title"), Kind(Of(column, "take")), Of(column, "text"))),
                ])),
        ];
    }

    private static string Kind(string take) => Known.Contains(take) ? take : throw new FormatException($"layouts.yaml knows no '{take}'.");

    private static string Of(YamlNode node, string key) =>
        ((YamlMappingNode)node).Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value) ? ((YamlScalarNode)value).Value ?? "" : "";
}
