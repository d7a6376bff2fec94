using CommunityFund.Books;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace CommunityFund.Web.Shell;

/// <summary>
/// A form field in one line: label, input that keeps what was typed, hint and validation message.
/// <c>&lt;field for="Form.Amount" label="@W[…]" inputmode="decimal" /&gt;</c>; other attributes go to the
/// input. A select, textarea or file input is written inside: <c>&lt;field …&gt;&lt;select asp-for="Form.Fund" …&gt;</c>.
/// </summary>
[HtmlTargetElement("field", Attributes = "for,label")]
public sealed class FieldTag : TagHelper
{
    private readonly IHtmlGenerator _html;
    private readonly Words _words;

    public FieldTag(IHtmlGenerator html, Words words) => (_html, _words) = (html, words);

    public ModelExpression For { get; set; } = null!;

    public string Label { get; set; } = "";

    /// <summary>What to write here, shown under the input.</summary>
    public string? Hint { get; set; }

    public bool Optional { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        TagHelperContent inside = await output.GetChildContentAsync();
        string name = View.ViewData.TemplateInfo.GetFullHtmlFieldName(For.Name);
        string id = TagBuilder.CreateSanitizedId(name, _html.IdAttributeDotReplacement);
        TagBuilder label = _html.GenerateLabel(View, For.ModelExplorer, For.Name, Label, new { @class = "form-label" });
        if (Optional)
        {
            label.InnerHtml.AppendHtml(Tag("span", "form-label-description", "", _words["form.optional"]));
        }

        TagBuilder says = _html.GenerateValidationMessage(
            View, For.ModelExplorer, For.Name, message: null, tag: "div",
            new { @class = "invalid-feedback d-block", id = $"{id}-says" });
        IHtmlContent input = inside.IsEmptyOrWhiteSpace ? Input(output, id) : inside;

        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.Clear();
        output.Attributes.SetAttribute("class", "field mb-3");
        output.Content.SetHtmlContent(label).AppendHtml(input);
        if (Hint is not null)
        {
            output.Content.AppendHtml(Tag("div", "form-hint", $"{id}-hint", Hint));
        }

        output.Content.AppendHtml(says);
    }

    private static TagBuilder Tag(string name, string css, string id, string text)
    {
        TagBuilder tag = new(name);
        tag.AddCssClass(css);
        tag.InnerHtml.Append(text);
        if (id.Length > 0)
        {
            tag.Attributes["id"] = id;
        }

        return tag;
    }

    private TagBuilder Input(TagHelperOutput output, string id)
    {
        Dictionary<string, object?> attributes = output.Attributes
            .ToDictionary(attribute => attribute.Name, attribute => (object?)attribute.Value, StringComparer.OrdinalIgnoreCase);
        attributes["aria-describedby"] = Hint is null ? $"{id}-says" : $"{id}-hint {id}-says";
        if (!Optional)
        {
            attributes["aria-required"] = "true";
        }

        bool wrong = View.ViewData.ModelState.GetFieldValidationState(For.Name)
            == ModelValidationState.Invalid;
        attributes["class"] = $"form-control {(wrong ? "is-invalid " : "")}{attributes.GetValueOrDefault("class")}".TrimEnd();

        // A password is asked again, never sent back.
        return attributes.GetValueOrDefault("type")?.ToString() == "password"
            ? _html.GeneratePassword(View, For.ModelExplorer, For.Name, value: null, attributes)
            : _html.GenerateTextBox(View, For.ModelExplorer, For.Name, For.Model, format: null, attributes);
    }
}
